package dev.lanewise.engine.onnx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a file is by its first bytes, for files that are given as models by mistake. A model is never asked: protobuf has no such
 * mark, and its bytes could begin like those of another format.
 *
 * @param offset where the mark begins
 * @param mark its characters, one a byte
 * @param description with its article
 */
record FileKind(int offset, String mark, String description) {

    /** Enough for the mark of a tar archive, and to tell text from numbers. */
    private static final int BYTES_LOOKED_AT = 512;

    private static final List<FileKind> KINDS = List.of(
            new FileKind(0, "\u0089PNG\r\n", "a PNG image"),
            new FileKind(0, "\u00ff\u00d8\u00ff", "a JPEG image"),
            new FileKind(0, "GIF8", "a GIF image"),
            new FileKind(8, "WEBP", "a WebP image"),
            new FileKind(0, "PK\u0003\u0004", "a ZIP archive, as PyTorch and Keras save networks"),
            new FileKind(0, "\u0089HDF\r\n", "an HDF5 file, as Keras saves networks"),
            new FileKind(4, "TFL3", "a TensorFlow Lite model"),
            new FileKind(4, "ORTM", "a model in ONNX Runtime's own format"),
            new FileKind(8, "{\"", "a safetensors file"),
            new FileKind(0, "LANEWISE", "a network that 'lanewise compile' has made"),
            new FileKind(0, "\u0093NUMPY", "a NumPy array"),
            new FileKind(0, "PAR1", "a Parquet file"),
            new FileKind(0, "%PDF", "a PDF document"),
            new FileKind(0, "\u001f\u008b", "a gzip archive"),
            new FileKind(257, "ustar", "a tar archive"),
            new FileKind(0, "\u007fELF", "a program"),
            new FileKind(0, "version https://git-lfs", "a pointer of Git LFS, not the file itself (see git lfs pull)"));

    /** The kind of file that the bytes are of, with its article; empty if that is not known. */
    static Optional<String> of(byte[] file) {
        byte[] bytes = Arrays.copyOf(file, Math.min(file.length, BYTES_LOOKED_AT));
        String start = new String(bytes, StandardCharsets.ISO_8859_1);
        Optional<String> known = KINDS.stream()
                .filter(kind -> start.startsWith(kind.mark, kind.offset))
                .map(FileKind::description)
                .findFirst();
        return known.isPresent() || !isText(bytes) ? known : Optional.of(text(start));
    }

    /** Control characters are what text has not and every binary format has early on; letters beyond ASCII may be cut off. */
    private static boolean isText(byte[] bytes) {
        for (byte value : bytes) {
            boolean control = (value >= 0 && value < ' ') || value == 0x7f;
            if (control && value != '\t' && value != '\n' && value != '\r') {
                return false;
            }
        }
        return bytes.length > 0;
    }

    private static String text(String start) {
        return start.stripLeading().startsWith("<") ? "a web page or other markup" : "text";
    }
}

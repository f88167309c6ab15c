package dev.lanewise.engine;

import dev.lanewise.engine.onnx.ExternalData;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a model, complete in themselves: external data is already inside, so that they can travel to other
 * machines.
 *
 * @param name what to call the model in messages: its file
 * @param onnx the serialised ONNX {@code ModelProto}
 * @param contentHash the SHA-256 of {@code onnx}, in hexadecimal: equal for equal models
 */
public record ModelSource(String name, byte[] onnx, String contentHash) implements Serializable {

    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    /**
     * Reads an ONNX file and the external data beside it.
     *
     * @throws ModelException if the file is missing, malformed, or refers to data outside its folder
     */
    public static ModelSource read(Path file) {
        String name = file.toString();
        byte[] onnx = readFile(name, file);
        return inlined(name, onnx, file.toAbsolutePath().getParent());
    }

    /**
     * Takes an ONNX file that needs no other; the bytes are not copied.
     *
     * @throws ModelException if the bytes are malformed or refer to other files
     */
    public static ModelSource of(String name, byte[] onnx) {
        return inlined(name, onnx, null);
    }

    @Override
    public String toString() {
        return name + " (" + contentHash + ")";
    }

    private static ModelSource inlined(String name, byte[] onnx, @Nullable Path folder) {
        byte[] complete = ExternalData.inline(name, onnx, folder);
        return new ModelSource(name, complete, sha256(complete));
    }

    private static byte[] readFile(String name, Path file) {
        if (!Files.exists(file)) {
            throw new ModelException(name + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(name + ": not a file, but a "
                    + (Files.isDirectory(file) ? "folder; name the .onnx file inside" : "device or pipe"));
        }
        try {
            long bytes = Files.size(file);
            long most = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory());
            if (bytes > most) {
                throw new ModelException(name + ": the file has " + bytes + " bytes; Lanewise takes models below 2 GB"
                        + " that fit into Java's heap (here "
                        + Runtime.getRuntime().maxMemory() + " bytes, see -Xmx)");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}

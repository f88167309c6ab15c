package dev.lanewise.arrow.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file. Its first VP8 or VP8L bitstream is handed to the TwelveMonkeys reader as a file of its own, so that
 * animation, alpha plane, metadata and colour profile play no part: of an animation the first frame is taken, alpha is
 * dropped, profiles are ignored.
 *
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 */
final class WebpFile {

    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;

    /** A bitstream: where its chunk starts, how long its data is, and where its pixels go on the canvas. */
    private record Frame(int start, int length, int width, int height, int left, int top) {}

    private final byte[] file;
    private final ImageLimits limits;
    private long width;
    private long height;
    private int left;
    private int top;
    private @Nullable Frame frame;
    private Orientation orientation = Orientation.UPRIGHT;

    private WebpFile(byte[] file, ImageLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageException {
        WebpFile webp = new WebpFile(file, limits);
        webp.read();
        return ImageHeader.of(ImageFormat.WEBP, webp.width, webp.height, webp.orientation, limits);
    }

    static Pixels decode(byte[] file, ImageLimits limits) throws ImageException, IOException {
        header(file, limits);
        WebpFile webp = new WebpFile(file, limits);
        Frame first = webp.read();
        return webp.orientation.apply(webp.pixels(first));
    }

    private Frame read() throws ImageException {
        ByteSource source = new ByteSource(ImageFormat.WEBP, file, 4);
        long end = 8 + source.u32Little();
        if (end > file.length) {
            throw source.corrupt("truncated: the file has " + file.length + " bytes of " + end);
        }
        source.skip(4);
        readChunks(source, end, false);
        if (frame == null) {
            throw source.corrupt("it has no pixels");
        }
        return frame;
    }

    private void readChunks(ByteSource source, long end, boolean inFrame) throws ImageException {
        while (source.position() + CHUNK_HEADER <= end) {
            String type = source.text(4);
            long length = source.u32Little();
            long next = source.position() + length;
            if (next > end) {
                throw source.corrupt("truncated: a chunk ends " + (next - end) + " bytes after the file");
            }
            readChunk(source, type, (int) length, inFrame);
            source.skip(next - source.position());
            // Chunks start at even positions.
            if ((length & 1) != 0 && source.position() < end) {
                source.skip(1);
            }
        }
    }

    private void readChunk(ByteSource source, String type, int length, boolean inFrame) throws ImageException {
        int data = source.position();
        switch (type) {
            case "VP8X" -> {
                source.skip(4);
                width = source.u24Little() + 1L;
                height = source.u24Little() + 1L;
            }
            case "VP8 " -> {
                source.skip(6);
                addFrame(source, data, length, source.u16Little() & 0x3fff, source.u16Little() & 0x3fff);
            }
            case "VP8L" -> {
                source.skip(1);
                long sizes = source.u32Little();
                addFrame(source, data, length, (int) (sizes & 0x3fff) + 1, (int) (sizes >> 14 & 0x3fff) + 1);
            }
            case "ANMF" -> {
                if (inFrame) {
                    throw source.corrupt("an animation frame within another");
                }
                left = 2 * source.u24Little();
                top = 2 * source.u24Little();
                source.skip(10);
                readChunks(source, (long) data + length, true);
            }
            case "EXIF" -> orientation = Orientation.ofExif(source.bytes(length));
            default -> {}
        }
    }

    /** A bitstream's own size counts against the limit as well: the reader believes it, not the container. */
    private void addFrame(ByteSource source, int data, int length, int frameWidth, int frameHeight)
            throws ImageException {
        ImageHeader.of(ImageFormat.WEBP, frameWidth, frameHeight, Orientation.UPRIGHT, limits);
        if (frame != null) {
            return;
        }
        if (width == 0) {
            width = frameWidth;
            height = frameHeight;
        }
        if ((long) left + frameWidth > width || (long) top + frameHeight > height) {
            throw source.corrupt("a frame reaches beyond the canvas");
        }
        frame = new Frame(data - CHUNK_HEADER, length, frameWidth, frameHeight, left, top);
    }

    private Pixels pixels(Frame first) throws ImageException, IOException {
        Pixels pixels = RasterPixels.of(
                Readers.read(ImageFormat.WEBP, asFile(first), new ArrayList<>(), reader -> reader.read(0)));
        if (pixels.width() != first.width || pixels.height() != first.height || pixels.channels() != 3) {
            throw new ImageException("corrupt WEBP: the pixels do not have the size that the header gives");
        }
        if (first.width == width && first.height == height) {
            return pixels;
        }
        byte[] canvas = new byte[Math.toIntExact(width * height * 3)];
        for (int y = 0; y < first.height; y++) {
            int target = (int) ((first.top + y) * width + first.left) * 3;
            System.arraycopy(pixels.data(), y * first.width * 3, canvas, target, first.width * 3);
        }
        return new Pixels((int) width, (int) height, 3, canvas);
    }

    /** A file that holds this bitstream alone. */
    private byte[] asFile(Frame first) {
        int chunk = CHUNK_HEADER + first.length;
        int padded = chunk + (chunk & 1);
        ByteBuffer alone = ByteBuffer.allocate(RIFF_HEADER + padded).order(ByteOrder.LITTLE_ENDIAN);
        alone.put(file, 0, 4).putInt(4 + padded).put(file, 8, 4).put(file, first.start, chunk);
        return alone.array();
    }
}

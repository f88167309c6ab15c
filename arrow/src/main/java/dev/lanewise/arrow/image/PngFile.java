package dev.lanewise.arrow.image;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file. The JDK's reader is not used because it takes missing pixel data for black; here every row must be there,
 * and every critical chunk must have its checksum.
 *
 * <p>Of 16-bit samples the high byte is kept, as Pillow and libvips do; alpha and transparency are dropped, as Pillow's
 * {@code convert("RGB")} does.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics, third edition</a>
 */
final class PngFile {

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GREY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    /** Adam7: first column, first row, column step and row step of each pass. */
    private static final int[][] INTERLACED = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] PLAIN = {{0, 0, 1, 1}};

    /** A stretch of the file that holds compressed pixels. */
    private record Range(int from, int length) {}

    private final byte[] file;
    private final int depth;
    private final int colour;
    private final boolean interlaced;
    private final List<Range> compressed = new ArrayList<>();
    private final long width;
    private final long height;
    private byte @Nullable [] palette;
    private Orientation orientation = Orientation.UPRIGHT;

    private PngFile(byte[] file, boolean headerOnly) throws ImageException {
        this.file = file;
        ByteSource source = new ByteSource(ImageFormat.PNG, file, 8);
        if (source.u32Big() != 13 || !source.text(4).equals("IHDR")) {
            throw source.corrupt("it does not start with an IHDR chunk");
        }
        width = source.u32Big();
        height = source.u32Big();
        depth = source.u8();
        colour = source.u8();
        int compression = source.u8();
        int filter = source.u8();
        int interlace = source.u8();
        if (!isKnown(colour, depth) || compression != 0 || filter != 0 || interlace > 1) {
            throw source.corrupt("unknown kind: colour type " + colour + ", bit depth " + depth + ", compression "
                    + compression + ", filter " + filter + ", interlace " + interlace);
        }
        interlaced = interlace == 1;
        requireChecksum(source, "IHDR", 8 + 4, 4 + 13);
        readChunks(source, headerOnly);
    }

    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageException {
        PngFile png = new PngFile(file, true);
        return ImageHeader.of(ImageFormat.PNG, png.width, png.height, png.orientation, limits);
    }

    static Pixels decode(byte[] file, ImageLimits limits) throws ImageException {
        // The size is checked before the rest of the file is looked at: a wrong claim is the better reason.
        header(file, limits);
        PngFile png = new PngFile(file, false);
        return png.orientation.apply(png.pixels());
    }

    private static boolean isKnown(int colour, int depth) {
        return switch (colour) {
            case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
            default -> false;
        };
    }

    private void readChunks(ByteSource source, boolean headerOnly) throws ImageException {
        while (true) {
            int start = source.position();
            if (headerOnly && start == file.length) {
                return;
            }
            long length = source.u32Big();
            String type = source.text(4);
            if (headerOnly && type.equals("IDAT")) {
                return;
            }
            int data = source.position();
            switch (type) {
                case "PLTE" -> palette = source.bytes(length);
                case "eXIf" -> orientation = Orientation.ofExif(source.bytes(length));
                case "IDAT" -> {
                    source.skip(length);
                    compressed.add(new Range(data, (int) length));
                }
                default -> source.skip(length);
            }
            // An upper-case first letter marks a chunk that matters to the pixels.
            if (Character.isUpperCase(type.charAt(0))) {
                requireChecksum(source, type, data - 4, (int) length + 4);
            } else {
                source.skip(4);
            }
            if (type.equals("IEND")) {
                return;
            }
        }
    }

    private void requireChecksum(ByteSource source, String type, int from, int length) throws ImageException {
        CRC32 checksum = new CRC32();
        checksum.update(file, from, length);
        if (source.u32Big() != checksum.getValue()) {
            throw source.corrupt("wrong checksum of the " + printable(type) + " chunk at byte " + (from - 4));
        }
    }

    private static String printable(String type) {
        return type.replaceAll("[^A-Za-z]", "?");
    }

    private Pixels pixels() throws ImageException {
        if (colour == PALETTE && (palette == null || palette.length == 0 || palette.length % 3 != 0)) {
            throw corrupt("no palette");
        }
        int channels = colour == GREY || colour == GREY_ALPHA ? 1 : 3;
        byte[] out = new byte[Math.toIntExact(width * height * channels)];
        Inflater inflater = new Inflater();
        try {
            Rows rows = new Rows(inflater);
            for (int[] pass : interlaced ? INTERLACED : PLAIN) {
                int columns = steps((int) width, pass[0], pass[2]);
                if (columns > 0) {
                    rows.startPass(columns);
                    for (int y = pass[1]; y < height; y += pass[3]) {
                        byte[] row = rows.next(y);
                        int first = (int) ((y * width + pass[0]) * channels);
                        unpack(row, columns, out, first, pass[2] * channels);
                    }
                }
            }
            rows.requireEnd();
        } catch (DataFormatException malformed) {
            throw corrupt("pixel data: " + ImageException.reason(malformed));
        } finally {
            inflater.end();
        }
        return new Pixels((int) width, (int) height, channels, out);
    }

    private static int steps(int size, int first, int step) {
        return size <= first ? 0 : (size - first + step - 1) / step;
    }

    /** Turns one row's samples into bytes; the row starts after its filter byte. */
    private void unpack(byte[] row, int columns, byte[] out, int first, int step) {
        int sampleBytes = depth == 16 ? 2 : 1;
        int pixelBytes = samples() * sampleBytes;
        int target = first;
        if (colour == RGB || colour == RGB_ALPHA) {
            if (pixelBytes == 3 && step == 3) {
                System.arraycopy(row, 1, out, first, columns * 3);
                return;
            }
            for (int x = 0, source = 1; x < columns; x++, source += pixelBytes, target += step) {
                out[target] = row[source];
                out[target + 1] = row[source + sampleBytes];
                out[target + 2] = row[source + 2 * sampleBytes];
            }
        } else if (colour == PALETTE) {
            byte[] colours = palette == null ? new byte[0] : palette;
            for (int x = 0; x < columns; x++, target += step) {
                int entry = 3 * sample(row, x);
                if (entry < colours.length) {
                    System.arraycopy(colours, entry, out, target, 3);
                }
            }
        } else if (depth < 8) {
            int scale = 255 / ((1 << depth) - 1);
            for (int x = 0; x < columns; x++, target += step) {
                out[target] = (byte) (sample(row, x) * scale);
            }
        } else {
            for (int x = 0, source = 1; x < columns; x++, source += pixelBytes, target += step) {
                out[target] = row[source];
            }
        }
    }

    /** A sample of at most 8 bits. */
    private int sample(byte[] row, int x) {
        int bit = x * depth;
        return row[1 + (bit >> 3)] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
    }

    private int samples() {
        return switch (colour) {
            case RGB -> 3;
            case RGB_ALPHA -> 4;
            case GREY_ALPHA -> 2;
            default -> 1;
        };
    }

    private ImageException corrupt(String reason) {
        return new ImageException("corrupt PNG: " + reason);
    }

    /** The unfiltered rows of the image, or of one pass after another. */
    private final class Rows {

        private final Inflater inflater;
        private int nextRange;
        private byte[] current = new byte[0];
        private byte[] previous = new byte[0];

        Rows(Inflater inflater) {
            this.inflater = inflater;
        }

        void startPass(int columns) {
            int bytes = Math.toIntExact(((long) columns * samples() * depth + 7) / 8);
            current = new byte[1 + bytes];
            previous = new byte[1 + bytes];
        }

        /** The next row, the filter byte still before it. */
        byte[] next(int y) throws ImageException, DataFormatException {
            byte[] swap = previous;
            previous = current;
            current = swap;
            int filled = 0;
            while (filled < current.length) {
                int count = inflater.inflate(current, filled, current.length - filled);
                filled += count;
                if (count == 0 && !feed()) {
                    throw corrupt("truncated: the pixel data ends in row " + y + " of " + height);
                }
            }
            unfilter(y);
            return current;
        }

        /** Lets the decompressor verify its checksum. */
        void requireEnd() throws DataFormatException, ImageException {
            byte[] surplus = new byte[1];
            while (!inflater.finished() && inflater.inflate(surplus) == 0) {
                if (!inflater.finished() && !feed()) {
                    throw corrupt("truncated: the pixel data lacks its end");
                }
            }
        }

        private boolean feed() {
            if (inflater.finished() || inflater.needsDictionary() || nextRange == compressed.size()) {
                return false;
            }
            Range range = compressed.get(nextRange++);
            inflater.setInput(file, range.from(), range.length());
            return true;
        }

        private void unfilter(int y) throws ImageException {
            int distance = Math.max(1, samples() * depth / 8);
            byte[] row = current;
            byte[] above = previous;
            switch (row[0]) {
                case 0 -> {}
                case 1 -> {
                    for (int i = 1 + distance; i < row.length; i++) {
                        row[i] += row[i - distance];
                    }
                }
                case 2 -> {
                    for (int i = 1; i < row.length; i++) {
                        row[i] += above[i];
                    }
                }
                case 3 -> {
                    for (int i = 1; i < row.length; i++) {
                        int left = i > distance ? row[i - distance] & 0xff : 0;
                        row[i] += (byte) ((left + (above[i] & 0xff)) >> 1);
                    }
                }
                case 4 -> {
                    for (int i = 1; i < row.length; i++) {
                        boolean first = i <= distance;
                        int left = first ? 0 : row[i - distance] & 0xff;
                        int corner = first ? 0 : above[i - distance] & 0xff;
                        row[i] += (byte) paeth(left, above[i] & 0xff, corner);
                    }
                }
                default -> throw corrupt("unknown filter " + (row[0] & 0xff) + " in row " + y);
            }
        }

        private static int paeth(int left, int above, int corner) {
            int toLeft = Math.abs(above - corner);
            int toAbove = Math.abs(left - corner);
            int toCorner = Math.abs(left + above - 2 * corner);
            if (toLeft <= toAbove && toLeft <= toCorner) {
                return left;
            }
            return toAbove <= toCorner ? above : corner;
        }
    }
}

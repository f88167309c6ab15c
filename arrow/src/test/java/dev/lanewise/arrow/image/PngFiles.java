package dev.lanewise.arrow.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG files of every kind, and broken ones. */
final class PngFiles {

    static final int[][] INTERLACED = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private PngFiles() {}

    static int samples(int colour) {
        return switch (colour) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    static byte[] header(long width, long height, int depth, int colour, int interlace) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt((int) width)
                        .putInt((int) height)
                        .put(new byte[] {(byte) depth, (byte) colour, 0, 0, (byte) interlace})
                        .array());
    }

    static byte[] chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    static byte[] file(byte[]... chunks) {
        return concat(SIGNATURE, concat(chunks));
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] out = new byte[data.length + 1000];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    /**
     * The filtered rows of an image, every row with a filter chosen at random.
     *
     * @param sample the value of sample {@code (y * width + x) * samples + s}
     */
    static byte[] rows(
            int width, int height, int depth, int colour, boolean interlaced, IntUnaryOperator sample, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int samples = samples(colour);
        int distance = Math.max(1, samples * depth / 8);
        for (int[] pass : interlaced ? INTERLACED : new int[][] {{0, 0, 1, 1}}) {
            int columns = Math.max(0, (width - pass[0] + pass[2] - 1) / pass[2]);
            byte[] above = new byte[(columns * samples * depth + 7) / 8];
            for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
                byte[] row = new byte[above.length];
                for (int i = 0; i < columns * samples; i++) {
                    int x = pass[0] + i / samples * pass[2];
                    int value = sample.applyAsInt((y * width + x) * samples + i % samples);
                    for (int bit = 0; bit < depth; bit++) {
                        int at = i * depth + bit;
                        row[at / 8] |= (byte) ((value >> (depth - 1 - bit) & 1) << (7 - at % 8));
                    }
                }
                int filter = random.nextInt(5);
                out.write(filter);
                for (int i = 0; i < row.length; i++) {
                    int left = i < distance ? 0 : row[i - distance] & 0xff;
                    int corner = i < distance ? 0 : above[i - distance] & 0xff;
                    out.write(row[i] - predicted(filter, left, above[i] & 0xff, corner));
                }
                above = row;
            }
        }
        return out.toByteArray();
    }

    private static int predicted(int filter, int left, int above, int corner) {
        int estimate = left + above - corner;
        int nearest =
                Math.min(Math.abs(estimate - left), Math.min(Math.abs(estimate - above), Math.abs(estimate - corner)));
        return switch (filter) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> (left + above) / 2;
            case 4 ->
                Math.abs(estimate - left) == nearest ? left : Math.abs(estimate - above) == nearest ? above : corner;
            default -> 0;
        };
    }
}

package dev.lanewise.arrow.preprocess;

import dev.lanewise.arrow.image.Pixels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bilinear resampling with antialias, to the bit as Pillow does it: a triangle filter as wide as the ratio of the sizes,
 * weights normalised and rounded to 22 bits, first the rows, then the columns, each pass rounded to bytes. Sums of whole
 * numbers have the same bits in any order, so only what a crop keeps is computed.
 *
 * @see <a href="https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c">Pillow's Resample.c</a>
 */
final class BilinearResize {

    private static final int HALF = 1 << (FilterWeights.BITS - 1);

    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** What is read beyond a row with its last pixel. */
    private static final int PADDING = 1;

    /** The part of the scaled image that is wanted; it lies within. */
    record Window(int left, int top, int width, int height) {}

    private final Pixels image;
    private final int channels;
    private final FilterWeights across;
    private final FilterWeights down;
    private final Window window;
    private final byte[] row;
    private final int[] taken;

    private BilinearResize(Pixels image, FilterWeights across, FilterWeights down, Window window) {
        this.image = image;
        this.channels = image.channels();
        this.across = across;
        this.down = down;
        this.window = window;
        this.row = new byte[image.width() * channels + PADDING];
        this.taken = new int[window.width()];
    }

    /** Scales an image to {@code width x height} and cuts the window out of that. */
    static Pixels resize(Pixels image, int width, int height, Window window) {
        if (width == image.width() && height == image.height()) {
            return cut(image, window);
        }
        FilterWeights across = FilterWeights.of(image.width(), width, window.left(), window.width());
        FilterWeights down = FilterWeights.of(image.height(), height, window.top(), window.height());
        return new BilinearResize(image, across, down, window).resize();
    }

    private static Pixels cut(Pixels image, Window window) {
        if (window.width() == image.width() && window.height() == image.height()) {
            return image;
        }
        int channels = image.channels();
        byte[] out = new byte[window.height() * window.width() * channels];
        for (int y = 0; y < window.height(); y++) {
            int from = ((window.top() + y) * image.width() + window.left()) * channels;
            System.arraycopy(image.data(), from, out, y * window.width() * channels, window.width() * channels);
        }
        return new Pixels(window.width(), window.height(), channels, out);
    }

    private Pixels resize() {
        int width = window.width();
        byte[] out = new byte[Math.multiplyExact(window.height(), width * channels)];
        // Only the rows that the next sum reads are kept: they stay in the processor's nearest cache.
        int[][][] narrowed = new int[down.taps()][channels][width];
        int[] sums = new int[width];
        int next = down.first()[0];
        for (int y = 0; y < window.height(); y++) {
            int first = down.first()[y];
            for (; next < first + down.taps(); next++) {
                narrow(next, narrowed[next % narrowed.length]);
            }
            for (int channel = 0; channel < channels; channel++) {
                Arrays.fill(sums, HALF);
                for (int tap = 0; tap < down.taps(); tap++) {
                    add(narrowed[(first + tap) % narrowed.length][channel], down.weights(tap)[y], sums);
                }
                round(sums);
                interleave(sums, out, y * width * channels + channel, channels);
            }
        }
        return new Pixels(width, window.height(), channels, out);
    }

    /** Scales one row, into a plane for each channel. */
    private void narrow(int y, int[][] planes) {
        int bytes = row.length - PADDING;
        System.arraycopy(image.data(), y * bytes, row, 0, bytes);
        for (int[] plane : planes) {
            Arrays.fill(plane, HALF);
        }
        for (int tap = 0; tap < across.taps(); tap++) {
            if (channels == 3) {
                takeRgb(row, across.first(), tap, taken);
            } else {
                takeGrey(row, across.first(), tap, taken);
            }
            for (int channel = 0; channel < channels; channel++) {
                add(taken, 8 * channel, across.weights(tap), planes[channel]);
            }
        }
        for (int[] plane : planes) {
            round(plane);
        }
    }

    // Loops over whole arrays of ints, with the same index into each: the JVM makes vectors of them.

    /** A pixel's three bytes in one int, above them a byte of the next pixel. */
    private static void takeRgb(byte[] row, int[] first, int tap, int[] taken) {
        for (int x = 0; x < first.length; x++) {
            taken[x] = (int) FOUR_BYTES.get(row, 3 * (first[x] + tap));
        }
    }

    private static void takeGrey(byte[] row, int[] first, int tap, int[] taken) {
        for (int x = 0; x < first.length; x++) {
            taken[x] = row[first[x] + tap] & 0xff;
        }
    }

    private static void add(int[] pixels, int shift, int[] weights, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += (pixels[x] >>> shift & 0xff) * weights[x];
        }
    }

    private static void add(int[] values, int weight, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += values[x] * weight;
        }
    }

    /** To bytes. Weights are not negative, so only their own rounding can bring a sum beyond 255. Math.min would make no vectors on Java 17. */
    private static void round(int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            int value = sums[x] >> FilterWeights.BITS;
            sums[x] = (value | (255 - value) >> 31) & 0xff;
        }
    }

    private static void interleave(int[] plane, byte[] out, int from, int step) {
        for (int x = 0; x < plane.length; x++) {
            out[from + x * step] = (byte) plane[x];
        }
    }
}

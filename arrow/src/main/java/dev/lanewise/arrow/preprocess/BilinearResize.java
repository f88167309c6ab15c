package dev.lanewise.arrow.preprocess;

import dev.lanewise.arrow.image.Pixels;
import java.util.Arrays;

/**
 * Bilinear resampling with antialias, to the bit as Pillow does it: a triangle filter as wide as the ratio of the sizes,
 * weights normalised and rounded to 22 bits, first the rows, then the columns, each pass rounded to bytes.
 *
 * @see <a href="https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c">Pillow's Resample.c</a>
 */
final class BilinearResize {

    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int HALF = 1 << (PRECISION_BITS - 1);

    /** The weights of one axis: output {@code i} sums {@code count[i]} inputs from {@code first[i]} on. */
    private record Weights(int[] first, int[] count, int[] values, int stride) {}

    private BilinearResize() {}

    static Pixels resize(Pixels pixels, int width, int height) {
        Pixels result = pixels;
        Weights rows = width == pixels.width() ? null : weights(pixels.width(), width);
        Weights columns = height == pixels.height() ? null : weights(pixels.height(), height);
        if (rows != null) {
            // Rows that no output row reads keep zeros.
            int from = columns == null ? 0 : columns.first[0];
            int to = columns == null ? height : columns.first[height - 1] + columns.count[height - 1];
            result = alongRows(result, width, rows, from, to);
        }
        return columns == null ? result : alongColumns(result, height, columns);
    }

    private static Weights weights(int from, int to) {
        double scale = (double) from / to;
        double filterScale = Math.max(scale, 1.0);
        double support = filterScale;
        int stride = (int) Math.ceil(support) * 2 + 1;
        double shrink = 1.0 / filterScale;
        int[] first = new int[to];
        int[] count = new int[to];
        int[] values = new int[Math.multiplyExact(to, stride)];
        double[] exact = new double[stride];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int start = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(from, (int) (centre + support + 0.5));
            double sum = 0;
            for (int x = start; x < end; x++) {
                double weight = Math.max(0.0, 1.0 - Math.abs((x - centre + 0.5) * shrink));
                exact[x - start] = weight;
                sum += weight;
            }
            for (int x = 0; x < end - start; x++) {
                double weight = sum == 0 ? exact[x] : exact[x] / sum;
                values[i * stride + x] = (int) (0.5 + weight * (1 << PRECISION_BITS));
            }
            first[i] = start;
            count[i] = end - start;
        }
        return new Weights(first, count, values, stride);
    }

    private static Pixels alongRows(Pixels pixels, int width, Weights weights, int fromRow, int toRow) {
        int channels = pixels.channels();
        byte[] in = pixels.data();
        byte[] out = new byte[width * pixels.height() * channels];
        for (int y = fromRow; y < toRow; y++) {
            int inRow = y * pixels.width() * channels;
            int target = y * width * channels;
            for (int x = 0; x < width; x++) {
                int start = inRow + weights.first[x] * channels;
                int firstWeight = x * weights.stride;
                int count = weights.count[x];
                for (int channel = 0; channel < channels; channel++) {
                    int sum = HALF;
                    for (int i = 0, source = start + channel; i < count; i++, source += channels) {
                        sum += (in[source] & 0xff) * weights.values[firstWeight + i];
                    }
                    out[target++] = clip(sum);
                }
            }
        }
        return new Pixels(width, pixels.height(), channels, out);
    }

    private static Pixels alongColumns(Pixels pixels, int height, Weights weights) {
        int rowBytes = pixels.width() * pixels.channels();
        byte[] in = pixels.data();
        byte[] out = new byte[rowBytes * height];
        int[] sums = new int[rowBytes];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, HALF);
            for (int i = 0; i < weights.count[y]; i++) {
                int weight = weights.values[y * weights.stride + i];
                int source = (weights.first[y] + i) * rowBytes;
                for (int x = 0; x < rowBytes; x++) {
                    sums[x] += (in[source + x] & 0xff) * weight;
                }
            }
            for (int x = 0; x < rowBytes; x++) {
                out[y * rowBytes + x] = clip(sums[x]);
            }
        }
        return new Pixels(pixels.width(), height, pixels.channels(), out);
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }
}

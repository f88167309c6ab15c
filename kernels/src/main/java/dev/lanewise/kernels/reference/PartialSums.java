package dev.lanewise.kernels.reference;

/**
 * The order in which Lanewise sums runs of many elements: element {@code i} of a run goes to partial sum {@code i mod 16},
 * in ascending {@code i}; then partials 8 to 15 are added to 0 to 7, 4 to 7 to 0 to 3, 2 and 3 to 0 and 1, and 1 to 0.
 * A vector of 16, 8 or 4 lanes can keep this order, and it loses less precision than one long sum.
 *
 * <p>It is the order of softmax, of the mean and variance of instance normalisation and of every reduction (over axes
 * that are not neighbours, the elements are taken in row-major order of those axes). Matrix products, convolutions and
 * poolings have orders of their own: see {@link ReferenceMatMul}, {@link ReferenceConvolution} and
 * {@link ReferencePooling}.
 */
public final class PartialSums {

    /** The number of partial sums. */
    public static final int COUNT = 16;

    private PartialSums() {}

    public static float sum(float[] data, int from, int count) {
        float[] partial = new float[COUNT];
        for (int i = 0; i < count; i++) {
            partial[i % COUNT] += data[from + i];
        }
        return fold(partial);
    }

    /** The sum of the magnitudes. */
    public static float sumOfAbsolutes(float[] data, int from, int count) {
        float[] partial = new float[COUNT];
        for (int i = 0; i < count; i++) {
            partial[i % COUNT] += Math.abs(data[from + i]);
        }
        return fold(partial);
    }

    /** The sum of the squared distances from a centre (0 for plain squares), each added by one fma. */
    public static float sumOfSquares(float[] data, int from, int count, float center) {
        float[] partial = new float[COUNT];
        for (int i = 0; i < count; i++) {
            float difference = data[from + i] - center;
            partial[i % COUNT] = Math.fma(difference, difference, partial[i % COUNT]);
        }
        return fold(partial);
    }

    public static double sum(double[] data, int from, int count) {
        double[] partial = new double[COUNT];
        for (int i = 0; i < count; i++) {
            partial[i % COUNT] += data[from + i];
        }
        return fold(partial);
    }

    /** As {@link #sumOfSquares(float[], int, int, float)}. */
    public static double sumOfSquares(double[] data, int from, int count, double center) {
        double[] partial = new double[COUNT];
        for (int i = 0; i < count; i++) {
            double difference = data[from + i] - center;
            partial[i % COUNT] = Math.fma(difference, difference, partial[i % COUNT]);
        }
        return fold(partial);
    }

    private static float fold(float[] partial) {
        for (int width = COUNT / 2; width >= 1; width /= 2) {
            for (int i = 0; i < width; i++) {
                partial[i] += partial[i + width];
            }
        }
        return partial[0];
    }

    private static double fold(double[] partial) {
        for (int width = COUNT / 2; width >= 1; width /= 2) {
            for (int i = 0; i < width; i++) {
                partial[i] += partial[i + width];
            }
        }
        return partial[0];
    }
}

package dev.lanewise.kernels.elementwise;

/** The three passes of softmax over a row, which the generated classes of this room implement. */
public interface SoftmaxKernel {

    /** Writes 16 partial maxima of {@code count} elements, a multiple of 16, to {@code partial}. */
    void maxima(float[] row, int count, float[] partial);

    /** Replaces every element by {@code exp(element - max)} and writes the 16 partial sums of those to {@code partial}. */
    void exponentials(float[] row, int count, float max, float[] partial);

    /** Divides every element. */
    void divide(float[] row, int count, float divisor);
}

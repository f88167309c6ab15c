package dev.lanewise.kernels.elementwise;

/** What generated classes implement for resizing rows of pixels, for one size of blocks. */
public interface ResizeKernel {

    /** Copies a pixel for each result. Pixel {@code i} of the row comes from {@code from + offsets[i]}. */
    void pick(float[] in, int from, int[] offsets, float[] out, int to, int pixels);

    /**
     * Interpolates a row. Pixel {@code i} is a chain of fmas from 0 over taps {@code starts[i]} to {@code starts[i + 1] - 1};
     * tap {@code t} is the pixel at {@code from + offsets[t]}, times {@code weights[t]}.
     */
    void interpolate(
            float[] in, int from, int[] starts, int[] offsets, float[] weights, float[] out, int to, int pixels);
}

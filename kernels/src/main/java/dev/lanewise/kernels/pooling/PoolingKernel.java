package dev.lanewise.kernels.pooling;

/** What the generated classes of this room implement, for one kind of pooling and one size of blocks. */
@FunctionalInterface
public interface PoolingKernel {

    /**
     * Pools a row of pixels whose windows have equally many rows and columns of taps.
     *
     * @param from the first tap of the first pixel
     * @param rowPitch floats from a tap to the one below
     * @param columnPitch floats from a tap to the one to its right
     * @param pixelPitch floats from the first tap of a pixel to that of the next
     * @param to where the first result goes; the others follow
     * @param divisor what a sum is divided by; a maximum ignores it
     */
    void row(
            float[] in,
            int from,
            int rowPitch,
            int rows,
            int columnPitch,
            int columns,
            int pixelPitch,
            float[] out,
            int to,
            int pixels,
            float divisor);
}

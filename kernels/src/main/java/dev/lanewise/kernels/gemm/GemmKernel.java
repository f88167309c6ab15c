package dev.lanewise.kernels.gemm;

/** What the generated classes of this room implement, for tiles of a fixed number of rows and panels of 16 columns. */
@FunctionalInterface
public interface GemmKernel {

    /**
     * Adds a product to a tile: {@code y[r][j] += sum over k of x[r][k] * w[k][j]}, one fma for each k, ascending.
     *
     * @param offsets for every feature where it lies in a row of {@code x}; not read by kernels of rows in one piece
     * @param firstFeature where the sum begins
     * @param w panels of {@code [depth][16]} elements
     * @param wFrom where the first panel has the first feature
     * @param depth how many features the sum has
     */
    void tile(
            float[] x,
            int xFrom,
            int xPitch,
            int[] offsets,
            int firstFeature,
            float[] w,
            int wFrom,
            int panelPitch,
            int depth,
            float[] y,
            int yFrom,
            int yPitch);
}

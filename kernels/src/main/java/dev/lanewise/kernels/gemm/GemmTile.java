package dev.lanewise.kernels.gemm;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;

/**
 * The template of matrix products, and how large its tiles are.
 *
 * <p>Where C2 can prove that all of a loop's indices are in range, it unrolls the loop, loads ahead and spills the sums: 38
 * of 103 GFLOP/s with a tile of 6 rows, but 70 where features are found through a table. A single row, which waits for its
 * weights, is faster unrolled.
 *
 * @param rows rows of the input
 * @param panels panels of 16 outputs
 * @param gathered whether features are found through a table
 */
record GemmTile(int rows, int panels, boolean gathered) {

    /** Columns of a panel of packed weights, whatever the width of vectors. */
    static final int PANEL = 16;

    /** No tile has more panels than this. */
    static final int MOST_PANELS = 8;

    private static final String PARAMETERS = "float[] x, int xFrom, int xPitch, int[] offsets, int firstFeature, "
            + "float[] w, int wFrom, int panelPitch, int depth, float[] y, int yFrom, int yPitch";

    /** The most rows of a tile, such that its sums stay in registers: 12 of 16, or 24 of the 32 of AVX-512. */
    static int mostRows(VectorWidth width) {
        return width == VectorWidth.BITS_128 ? 3 : 6;
    }

    /** The most panels of a tile of so many rows. A single row waits for memory: several panels keep it busy. */
    static int mostPanels(VectorWidth width, int rows) {
        int sums = width == VectorWidth.BITS_512 ? 24 : rows == 1 ? 8 : 12;
        int vectors = PANEL / width.lanes();
        return Math.max(1, Math.min(MOST_PANELS, sums / vectors / rows));
    }

    GemmKernel compiled(VectorWidth width) {
        String name = "Gemm_f32x" + width.lanes() + "_" + rows + "x" + panels + (gathered ? "_gathered" : "");
        return KernelCompiler.kernel(name, GemmKernel.class, width, source -> write(source, width.lanes()));
    }

    private Source write(Source source, int lanes) {
        int vectors = panels * PANEL / lanes;
        source.open("public void tile(%s)", PARAMETERS);
        for (int row = 0; row < rows; row++) {
            for (int v = 0; v < vectors; v++) {
                VectorSource.load(source, "y" + row + "_" + v, "y", "yFrom + " + row + " * yPitch + " + v * lanes);
            }
        }
        for (int row = 0; row < rows; row++) {
            source.line("int x%dFrom = xFrom + %d * xPitch;", row, row);
        }
        source.open("for (int k = 0; k < depth; k++)");
        source.line(gathered ? "int feature = offsets[firstFeature + k];" : "int feature = firstFeature + k;");
        source.line("int panel = wFrom + k * %d;", PANEL);
        if (vectors <= rows) {
            weightsFirst(source, lanes, vectors);
        } else {
            inputsFirst(source, lanes, vectors);
        }
        source.close();
        for (int row = 0; row < rows; row++) {
            for (int v = 0; v < vectors; v++) {
                source.line("y%d_%d.intoArray(y, yFrom + %d * yPitch + %d);", row, v, row, v * lanes);
            }
        }
        return source.close();
    }

    /** Few vectors of weights stay in registers, and one input after another passes by. */
    private void weightsFirst(Source source, int lanes, int vectors) {
        for (int v = 0; v < vectors; v++) {
            weights(source, lanes, v);
        }
        for (int row = 0; row < rows; row++) {
            input(source, row);
            for (int v = 0; v < vectors; v++) {
                multiply(source, row, v);
            }
        }
    }

    /** Few inputs stay in registers, and one vector of weights after another passes by. */
    private void inputsFirst(Source source, int lanes, int vectors) {
        for (int row = 0; row < rows; row++) {
            input(source, row);
        }
        for (int v = 0; v < vectors; v++) {
            weights(source, lanes, v);
            for (int row = 0; row < rows; row++) {
                multiply(source, row, v);
            }
        }
    }

    private static void weights(Source source, int lanes, int v) {
        String index = "panel + " + v * lanes / PANEL + " * panelPitch + " + v * lanes % PANEL;
        VectorSource.load(source, "w" + v, "w", index);
    }

    private static void input(Source source, int row) {
        VectorSource.broadcast(source, "x" + row, "x[x" + row + "From + feature]");
    }

    private static void multiply(Source source, int row, int v) {
        source.line("y%d_%d = x%d.fma(w%d, y%d_%d);", row, v, row, v, row, v);
    }

    /** The same tile in plain Java. */
    GemmKernel scalar() {
        return (x, xFrom, xPitch, offsets, firstFeature, w, wFrom, panelPitch, depth, y, yFrom, yPitch) -> {
            for (int row = 0; row < rows; row++) {
                for (int panel = 0; panel < panels; panel++) {
                    int target = yFrom + row * yPitch + panel * PANEL;
                    for (int k = 0; k < depth; k++) {
                        int feature = firstFeature + k;
                        float factor = x[xFrom + row * xPitch + (gathered ? offsets[feature] : feature)];
                        int weights = wFrom + panel * panelPitch + k * PANEL;
                        for (int j = 0; j < PANEL; j++) {
                            y[target + j] = Math.fma(factor, w[weights + j], y[target + j]);
                        }
                    }
                }
            }
        };
    }
}

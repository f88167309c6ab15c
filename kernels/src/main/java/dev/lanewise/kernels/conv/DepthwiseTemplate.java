package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.conv.LanesTemplate.Columns;
import dev.lanewise.kernels.conv.Schedule.DepthwiseOrder;
import java.util.Locale;

/**
 * Kernels of depthwise convolutions: lanes are groups of one input channel, and all taps are unrolled. The table holds the
 * kernel's rows.
 *
 * @param dilation floats from a tap's column to the next tap's
 */
record DepthwiseTemplate(TileShape shape, DepthwiseOrder order, int kernelHeight, int kernelWidth, int dilation) {

    String name() {
        return "Conv_depthwise_" + shape.label() + "_k" + kernelHeight + "x" + kernelWidth + "d" + dilation + "_"
                + order.name().toLowerCase(Locale.ROOT);
    }

    BandKernel kernel() {
        return KernelCompiler.kernel(name(), BandKernel.class, shape.width(), this::body);
    }

    private Source body(Source source) {
        int pixels = shape.pixels();
        boolean resident = order != DepthwiseOrder.WEIGHTS_AT_USE;
        shape.openMethod(source);
        for (int row = 0; row < kernelHeight; row++) {
            source.line("int row%d = taps[%d];", row, row);
            for (int tap = 0; resident && tap < kernelWidth; tap++) {
                for (int vector = 0; vector < shape.vectors(); vector++) {
                    loadWeights(source, row, tap, vector);
                }
            }
        }
        shape.openTiles(source);
        Columns columns = new Columns(shape, pixels, kernelWidth, dilation);
        for (int row = 0; row < kernelHeight; row++) {
            // A block for each kernel row, so that its columns may have the names of the row before.
            source.open("").line("int pixel = inputOffset + row%d;", row);
            if (order == DepthwiseOrder.RESIDENT_COLUMNS) {
                columns.forEachColumn(source, "w" + row + "_%d_%d");
            } else {
                columns.load(source);
                tapByTap(source, columns, row, pixels, resident);
            }
            source.close();
        }
        shape.closeTiles(source);
        return source.close();
    }

    private void tapByTap(Source source, Columns columns, int row, int pixels, boolean resident) {
        for (int tap = 0; tap < kernelWidth; tap++) {
            for (int vector = 0; vector < shape.vectors(); vector++) {
                if (!resident) {
                    loadWeights(source, row, tap, vector);
                }
                for (int pixel = 0; pixel < pixels; pixel++) {
                    columns.multiplyAdd(source, vector, pixel, tap, weights(row, tap, vector));
                }
            }
        }
    }

    private void loadWeights(Source source, int row, int tap, int vector) {
        int offset = ((row * kernelWidth + tap) * shape.vectors() + vector)
                * shape.width().lanes();
        VectorSource.load(source, weights(row, tap, vector), "weights", "weightOffset + " + offset);
    }

    private static String weights(int row, int tap, int vector) {
        return "w" + row + "_" + tap + "_" + vector;
    }
}

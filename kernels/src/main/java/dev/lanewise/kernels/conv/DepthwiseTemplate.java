package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.conv.LanesTemplate.Columns;
import dev.lanewise.kernels.conv.Schedule.DepthwiseOrder;
import java.util.Locale;

/**
 * Kernels of depthwise convolutions: lanes are groups of one input channel. The table holds the kernel's rows.
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
        shape.openMethod(source);
        switch (order) {
            case RESIDENT_COLUMNS -> residentColumns(source);
            case TAPS -> taps(source);
        }
        shape.closeTiles(source);
        return source.close();
    }

    private void residentColumns(Source source) {
        shape.openTurns(source);
        for (int row = 0; row < kernelHeight; row++) {
            source.line("int row%d = taps[%d];", row, row);
            for (int tap = 0; tap < kernelWidth; tap++) {
                for (int vector = 0; vector < shape.vectors(); vector++) {
                    loadWeights(
                            source,
                            "w" + row + "_" + tap + "_" + vector,
                            "weightOffset" + shape.lane(),
                            row,
                            tap,
                            vector);
                }
            }
        }
        shape.openRows(source);
        shape.openCarriedTiles(source);
        Columns columns = new Columns(shape, shape.pixels(), kernelWidth, dilation);
        for (int row = 0; row < kernelHeight; row++) {
            // A block for each kernel row, so that its columns may have the names of the row before.
            source.open("").line("int pixel = inputOffset + row%d;", row);
            columns.forEachColumn(source, "w" + row + "_%d_%d");
            source.close();
        }
    }

    /**
     * A loop over the kernel's rows, in which each weight meets all pixels. Their inputs are operands in memory, so that
     * registers are left for the sums.
     */
    private void taps(Source source) {
        shape.openRows(source);
        // Within a row, whose pixels are then still in the nearest cache.
        shape.openTurns(source);
        shape.openCarriedTiles(source);
        source.line("int weight = weightOffset%s;", shape.lane());
        source.open("for (int row = 0; row < %d; row++)", kernelHeight);
        source.line("int pixel = inputOffset + taps[row];");
        for (int tap = 0; tap < kernelWidth; tap++) {
            for (int vector = 0; vector < shape.vectors(); vector++) {
                String weight = "w" + tap + "_" + vector;
                loadWeights(source, weight, "weight", 0, tap, vector);
                for (int pixel = 0; pixel < shape.pixels(); pixel++) {
                    String input = "x" + tap + "_" + vector + "_" + pixel;
                    int offset = pixel * shape.inputPixel() + tap * dilation;
                    VectorSource.load(source, input, "input", "pixel + " + offset);
                    String sum = TileShape.accumulator(vector, pixel);
                    source.line("%s = %s.fma(%s, %s);", sum, weight, input, sum);
                }
            }
        }
        source.line(
                "weight += %d;",
                kernelWidth * shape.turns() * shape.vectors() * shape.width().lanes());
        source.close();
    }

    private void loadWeights(Source source, String name, String first, int row, int tap, int vector) {
        int offset = ((row * kernelWidth + tap) * shape.turns() * shape.vectors() + vector)
                * shape.width().lanes();
        VectorSource.load(source, name, "weights", first + " + " + offset);
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.conv.Schedule.LanesOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Kernels whose lanes are groups: every operand is a full vector. The table holds the taps, or where input columns are
 * shared by the taps of a kernel row, those rows.
 *
 * @param kernelWidth taps in a kernel row
 * @param dilation floats from a tap's column to the next tap's
 * @param step taps (or kernel rows) in a turn of the loop
 */
record LanesTemplate(TileShape shape, LanesOrder order, int kernelWidth, int dilation, TapStep step) {

    String name() {
        String window = order == LanesOrder.TAPS ? "_taps" + step.taps() : "_k" + kernelWidth + "d" + dilation;
        return "Conv_lanesOverGroups_" + shape.label() + window
                + (order == LanesOrder.TAPS ? "" : "_" + order.name().toLowerCase(Locale.ROOT));
    }

    BandKernel kernel() {
        return KernelCompiler.kernel(name(), BandKernel.class, shape.width(), this::body);
    }

    private Source body(Source source) {
        int pixels = shape.pixels();
        int taps = order == LanesOrder.TAPS ? 1 : kernelWidth;
        shape.openMethod(source);
        Fences.declare(source, Fences.BOUNDS_CHECKS_ARE_FENCES ? 0 : taps);
        shape.openTiles(source);
        int panel = taps * shape.vectors() * shape.width().lanes();
        source.open("for (int tap = from; tap < to; tap += %d)", step.taps());
        // A multiple of the loop's index, with which C2 sees that it is within bounds.
        source.line("int weight = weightOffset + (tap - from) * %d;", panel);
        Columns columns = new Columns(shape, pixels, taps, dilation);
        for (int turn = 0; turn < step.taps(); turn++) {
            if (step.taps() > 1) {
                source.open("");
            }
            source.line("int pixel = inputOffset + taps[tap + %d];", turn);
            oneTurn(source, columns, turn * panel);
            if (step.taps() > 1) {
                source.close();
            }
        }
        source.close();
        shape.closeTiles(source);
        return source.close();
    }

    /** Of a tap, or of a kernel row whose columns are shared: whichever are fewer stay in registers, the others come one at a time. */
    private void oneTurn(Source source, Columns columns, int panel) {
        boolean weightsStay =
                order == LanesOrder.COLUMNS || (order == LanesOrder.TAPS && shape.vectors() < columns.pixels());
        if (weightsStay) {
            for (int tap = 0; tap < columns.taps(); tap++) {
                for (int vector = 0; vector < shape.vectors(); vector++) {
                    loadWeights(source, panel, tap, vector);
                }
            }
            columns.forEachColumn(source, "w%d_%d");
        } else {
            columns.load(source);
            columns.forEachWeight(source, (tap, vector) -> loadWeights(source, panel, tap, vector));
        }
    }

    private void loadWeights(Source source, int panel, int tap, int vector) {
        int offset = panel + (tap * shape.vectors() + vector) * shape.width().lanes();
        VectorSource.load(source, "w" + tap + "_" + vector, "weights", "weight + " + offset);
    }

    /** The input columns that the taps of one kernel row meet, for the pixels of a tile; as local variables. */
    record Columns(TileShape shape, int pixels, int taps, int dilation) {

        /** Distinct, ascending, in floats from the first. */
        List<Integer> offsets() {
            List<Integer> offsets = new ArrayList<>();
            for (int pixel = 0; pixel < pixels; pixel++) {
                for (int tap = 0; tap < taps; tap++) {
                    offsets.add(offset(pixel, tap));
                }
            }
            return offsets.stream().distinct().sorted().toList();
        }

        private int offset(int pixel, int tap) {
            return pixel * shape.inputPixel() + tap * dilation;
        }

        void load(Source source) {
            offsets().forEach(offset -> load(source, offset));
        }

        private static void load(Source source, int offset) {
            VectorSource.load(source, "x" + offset, "input", "pixel + " + offset);
        }

        void multiplyAdd(Source source, int vector, int pixel, int tap, String weight) {
            String sum = TileShape.accumulator(vector, pixel);
            source.line("%s = x%d.fma(%s, %s);", sum, offset(pixel, tap), weight, sum);
        }

        /** Loads one weight after another, by its tap and output vector, and applies it to all pixels. */
        void forEachWeight(Source source, BiConsumer<Integer, Integer> load) {
            for (int tap = 0; tap < taps; tap++) {
                if (tap > 0 && !Fences.BOUNDS_CHECKS_ARE_FENCES) {
                    Fences.write(source, "pixel", tap);
                }
                for (int vector = 0; vector < shape.vectors(); vector++) {
                    load.accept(tap, vector);
                    for (int pixel = 0; pixel < pixels; pixel++) {
                        multiplyAdd(source, vector, pixel, tap, "w" + tap + "_" + vector);
                    }
                }
            }
        }

        /** Loads one column after another; ascending columns meet the taps of every pixel in the order of its sum. */
        void forEachColumn(Source source, String weight) {
            for (int offset : offsets()) {
                load(source, offset);
                for (int tap = 0; tap < taps; tap++) {
                    for (int pixel = 0; pixel < pixels; pixel++) {
                        if (offset(pixel, tap) == offset) {
                            for (int vector = 0; vector < shape.vectors(); vector++) {
                                multiplyAdd(source, vector, pixel, tap, String.format(weight, tap, vector));
                            }
                        }
                    }
                }
            }
        }
    }
}

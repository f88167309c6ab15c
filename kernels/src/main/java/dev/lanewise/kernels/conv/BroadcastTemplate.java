package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.conv.Schedule.BroadcastOrder;
import java.util.Locale;

/**
 * Kernels whose lanes are output channels. One flat loop runs over all taps, whatever they are: a table says where each
 * is, so the same code serves any window, dilation, channel order and grouping, and inputs in NCHW.
 *
 * @param step taps in a turn of the loop
 */
record BroadcastTemplate(TileShape shape, BroadcastOrder order, TapStep step) {

    String name() {
        return "Conv_broadcast_" + shape.label() + "_" + (step.adjacent() ? "run" : "taps") + step.taps() + "_"
                + order.name().toLowerCase(Locale.ROOT);
    }

    BandKernel kernel() {
        return KernelCompiler.kernel(name(), BandKernel.class, shape.width(), this::body);
    }

    private Source body(Source source) {
        int pixels = shape.pixels();
        shape.openMethod(source);
        // Taps that lie side by side have their bounds checked only once.
        boolean fences = step.adjacent() || !Fences.BOUNDS_CHECKS_ARE_FENCES;
        Fences.declare(source, fences ? step.taps() : 0);
        shape.openTiles(source);
        int panel = shape.vectors() * shape.width().lanes();
        int entries = step.entries();
        source.open("for (int tap = from; tap < to; tap += %d)", entries);
        source.line("int weight = weightOffset + (tap - from) * %d;", step.taps() / entries * panel);
        for (int tap = 0; tap < step.taps(); tap++) {
            if (tap < entries) {
                source.line("int pixel%d = inputOffset + taps[tap + %d];", tap, tap);
            }
            if (tap > 0 && fences) {
                Fences.write(source, step.adjacent() ? "pixel0" : "pixel" + tap, tap);
            }
            String input = step.adjacent() ? "pixel0 + " + tap : "pixel" + tap;
            switch (order) {
                case WEIGHTS_FIRST -> weightsFirst(source, pixels, tap, input);
                case WEIGHTS_AT_USE -> weightsAtUse(source, pixels, tap, input);
                case INPUTS_AT_USE -> inputsAtUse(source, pixels, tap, input);
            }
        }
        source.close();
        shape.closeTiles(source);
        return source.close();
    }

    private void weightsFirst(Source source, int pixels, int tap, String input) {
        for (int vector = 0; vector < shape.vectors(); vector++) {
            loadWeights(source, "w" + tap + "_" + vector, tap, vector);
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            broadcastInput(source, "x" + tap + "_" + pixel, input, pixel);
            for (int vector = 0; vector < shape.vectors(); vector++) {
                multiplyAdd(source, vector, pixel, "x" + tap + "_" + pixel, "w" + tap + "_" + vector);
            }
        }
    }

    private void weightsAtUse(Source source, int pixels, int tap, String input) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            broadcastInput(source, "x" + tap + "_" + pixel, input, pixel);
            for (int vector = 0; vector < shape.vectors(); vector++) {
                String weights = "w" + tap + "_" + vector + "_" + pixel;
                loadWeights(source, weights, tap, vector);
                multiplyAdd(source, vector, pixel, weights, "x" + tap + "_" + pixel);
            }
        }
    }

    private void inputsAtUse(Source source, int pixels, int tap, String input) {
        for (int vector = 0; vector < shape.vectors(); vector++) {
            loadWeights(source, "w" + tap + "_" + vector, tap, vector);
            for (int pixel = 0; pixel < pixels; pixel++) {
                String its = "x" + tap + "_" + vector + "_" + pixel;
                broadcastInput(source, its, input, pixel);
                multiplyAdd(source, vector, pixel, "w" + tap + "_" + vector, its);
            }
        }
    }

    private static void multiplyAdd(Source source, int vector, int pixel, String one, String other) {
        String sum = TileShape.accumulator(vector, pixel);
        source.line("%s = %s.fma(%s, %s);", sum, one, other, sum);
    }

    private void loadWeights(Source source, String name, int tap, int vector) {
        int lanes = shape.width().lanes();
        VectorSource.load(source, name, "weights", "weight + " + (tap * shape.vectors() + vector) * lanes);
    }

    private void broadcastInput(Source source, String name, String input, int pixel) {
        VectorSource.broadcast(source, name, "input[" + input + " + " + pixel * shape.inputPixel() + "]");
    }
}

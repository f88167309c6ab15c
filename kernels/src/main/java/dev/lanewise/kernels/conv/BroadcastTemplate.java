package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.conv.Schedule.BroadcastOrder;
import java.util.Locale;

/**
 * Kernels whose lanes are output channels. One flat loop runs over all taps, whatever they are: a table says where each
 * is, so the same code serves any window, dilation, channel order and grouping, and inputs in NCHW.
 */
record BroadcastTemplate(TileShape shape, BroadcastOrder order) {

    String name() {
        return "Conv_broadcast_" + shape.label() + "_" + order.name().toLowerCase(Locale.ROOT);
    }

    BandKernel kernel() {
        return KernelCompiler.kernel(name(), BandKernel.class, shape.width(), this::body);
    }

    private Source body(Source source) {
        shape.run(source);
        tiles(source, true);
        tiles(source.blank(), false);
        return source;
    }

    private void tiles(Source source, boolean wide) {
        int pixels = wide ? shape.split().wide() : shape.split().narrow();
        shape.openMethod(source, wide);
        shape.openTiles(source, pixels, false);
        int step = shape.vectors() * shape.width().lanes();
        source.open("for (int tap = from; tap < to; tap++)");
        source.line("int pixel = inputOffset + taps[tap];");
        source.line("int weight = weightOffset + (tap - from) * %d;", step);
        switch (order) {
            case WEIGHTS_FIRST -> weightsFirst(source, pixels);
            case WEIGHTS_AT_USE -> weightsAtUse(source, pixels);
            case INPUTS_AT_USE -> inputsAtUse(source, pixels);
        }
        source.close();
        shape.closeTiles(source, pixels, false);
        source.close();
    }

    private void weightsFirst(Source source, int pixels) {
        for (int vector = 0; vector < shape.vectors(); vector++) {
            loadWeights(source, "w" + vector, vector);
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            broadcastInput(source, "x" + pixel, pixel);
            for (int vector = 0; vector < shape.vectors(); vector++) {
                multiplyAdd(source, vector, pixel, "x" + pixel, "w" + vector);
            }
        }
    }

    private void weightsAtUse(Source source, int pixels) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            broadcastInput(source, "x" + pixel, pixel);
            for (int vector = 0; vector < shape.vectors(); vector++) {
                String weights = "w" + vector + "_" + pixel;
                loadWeights(source, weights, vector);
                multiplyAdd(source, vector, pixel, weights, "x" + pixel);
            }
        }
    }

    private void inputsAtUse(Source source, int pixels) {
        for (int vector = 0; vector < shape.vectors(); vector++) {
            loadWeights(source, "w" + vector, vector);
            for (int pixel = 0; pixel < pixels; pixel++) {
                String input = "x" + vector + "_" + pixel;
                broadcastInput(source, input, pixel);
                multiplyAdd(source, vector, pixel, "w" + vector, input);
            }
        }
    }

    private static void multiplyAdd(Source source, int vector, int pixel, String one, String other) {
        String sum = TileShape.accumulator(vector, pixel);
        source.line("%s = %s.fma(%s, %s);", sum, one, other, sum);
    }

    private void loadWeights(Source source, String name, int vector) {
        VectorSource.load(
                source, name, "weights", "weight + " + vector * shape.width().lanes());
    }

    private void broadcastInput(Source source, String name, int pixel) {
        VectorSource.broadcast(source, name, "input[pixel + " + pixel * shape.inputPixel() + "]");
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.workload.Activation;

/**
 * Applies an activation to what other kernels have stored of a band, which the nearest cache still holds. One of many steps
 * on every accumulator of a tile would be more than C2 inlines; apart, it has its class for itself, and the tiles are
 * compiled once for all such activations.
 *
 * @param vectors of output channels
 * @param pixel slots from a pixel to the next
 * @param vectorsInBlock vectors that lie in one block
 */
record ActivationTemplate(VectorWidth width, int vectors, int pixel, int vectorsInBlock, Activation activation) {

    /** Vector operations of the activations at the end of a tile. */
    private static final int MOST_OPERATIONS = 24;

    /** Vector operations of one of them: more are too much beside unrolled taps. */
    private static final int MOST_OPERATIONS_OF_ONE = 4;

    /** Whether an activation had better not be part of a tile of so many accumulators. */
    static boolean isApart(Activation activation, int accumulators) {
        int operations = ActivationSource.operations(activation);
        return operations > MOST_OPERATIONS_OF_ONE || operations * accumulators > MOST_OPERATIONS;
    }

    BandKernel kernel() {
        String name = "Activation_f32x" + width.lanes() + "_" + vectors + "o" + pixel + "v" + vectorsInBlock + "_"
                + activation.label();
        return KernelCompiler.kernel(name, BandKernel.class, width, this::body);
    }

    private Source body(Source source) {
        source.line("@Override").open("public void run(Band band)");
        WarmUp.idleLoop(source, "band");
        source.line("float[] output = band.output;");
        source.line("int pixels = band.pixels;");
        source.open("for (int y = 0; y < band.rows; y++)");
        source.open("for (int vector = 0; vector < %d; vector++)", vectors);
        source.line("int block = vector / %d * band.outputBlock;", vectorsInBlock);
        source.line(
                "int first = band.outputOffset + y * band.outputRow + block + vector %% %d * %d;",
                vectorsInBlock, width.lanes());
        source.open("for (int pixel = 0; pixel < pixels; pixel++)");
        source.line("int at = first + pixel * %d;", pixel);
        VectorSource.load(source, "result", "output", "at");
        ActivationSource.emit(source, activation, "result");
        source.line("result.intoArray(output, at);");
        return source.close().close().close().close();
    }
}

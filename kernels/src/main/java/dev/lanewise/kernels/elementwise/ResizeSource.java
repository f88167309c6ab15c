package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.Optional;

/** The template of kernels that resize rows. */
final class ResizeSource {

    private ResizeSource() {}

    /** @param width without one, or with blocks of one slot, plain loops */
    static ResizeKernel kernel(int block, Optional<VectorWidth> width) {
        if (width.isEmpty() || block == 1) {
            return new Scalar(block);
        }
        VectorWidth narrow = width.get().atMost(block);
        String name = "Resize_f32x" + narrow.lanes() + "_b" + block;
        return KernelCompiler.kernel(name, ResizeKernel.class, narrow, source -> {
            pick(source, narrow.lanes(), block);
            return interpolate(source.blank(), narrow.lanes(), block);
        });
    }

    private static void pick(Source source, int lanes, int block) {
        source.open("public void pick(float[] in, int from, int[] offsets, float[] out, int to, int pixels)");
        source.open("for (int i = 0; i < pixels; i++)");
        for (int lane = 0; lane < block; lane += lanes) {
            VectorSource.load(source, "x" + lane, "in", "from + offsets[i] + " + lane);
            source.line("x%d.intoArray(out, to + i * %d + %d);", lane, block, lane);
        }
        source.close().close();
    }

    private static Source interpolate(Source source, int lanes, int block) {
        source.line("public void interpolate(float[] in, int from, int[] starts, int[] offsets, float[] weights,");
        source.open("        float[] out, int to, int pixels)");
        source.open("for (int i = 0; i < pixels; i++)");
        for (int lane = 0; lane < block; lane += lanes) {
            VectorSource.broadcast(source, "y" + lane, "0f");
        }
        source.open("for (int tap = starts[i]; tap < starts[i + 1]; tap++)");
        VectorSource.broadcast(source, "weight", "weights[tap]");
        for (int lane = 0; lane < block; lane += lanes) {
            VectorSource.load(source, "x" + lane, "in", "from + offsets[tap] + " + lane);
            source.line("y%d = x%d.fma(weight, y%d);", lane, lane, lane);
        }
        source.close();
        for (int lane = 0; lane < block; lane += lanes) {
            source.line("y%d.intoArray(out, to + i * %d + %d);", lane, block, lane);
        }
        return source.close().close();
    }

    /** The same in plain Java. */
    private record Scalar(int block) implements ResizeKernel {

        @Override
        public void pick(float[] in, int from, int[] offsets, float[] out, int to, int pixels) {
            for (int i = 0; i < pixels; i++) {
                System.arraycopy(in, from + offsets[i], out, to + i * block, block);
            }
        }

        @Override
        public void interpolate(
                float[] in, int from, int[] starts, int[] offsets, float[] weights, float[] out, int to, int pixels) {
            for (int i = 0; i < pixels; i++) {
                for (int lane = 0; lane < block; lane++) {
                    float y = 0;
                    for (int tap = starts[i]; tap < starts[i + 1]; tap++) {
                        y = Math.fma(in[from + offsets[tap] + lane], weights[tap], y);
                    }
                    out[to + i * block + lane] = y;
                }
            }
        }
    }
}

package dev.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.AllocatedBytes;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.elementwise.Softmax;
import dev.lanewise.kernels.elementwise.UnaryKernel;
import dev.lanewise.kernels.gemm.Gemm;
import dev.lanewise.kernels.gemm.GemmParameters;
import dev.lanewise.kernels.packing.Packing;
import dev.lanewise.kernels.pooling.Pooling;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels of a network with few channels have vectors of 128 bits beside those of 256, and C2 then no longer guesses the
 * class of a vector that the generated code does not tell it: it would box every one of them for ever. Functions of more
 * than 40 operations (tanh, the error function, GELU) are left out: now and then C2 gives up on such all the same.
 */
class TwoWidthsTest {

    /** A boxed vector and its array have some 72 bytes, and every call below handles 64 vectors and more. */
    private static final long ALLOWED_BYTES = 2_000;

    private record Subject(String name, Function<Optional<VectorWidth>, Runnable> call) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Subject> subjects() {
        return Stream.of(
                new Subject("matrix product of one row", width -> gemm(width, 1)),
                new Subject("matrix product of many rows", width -> gemm(width, 13)),
                new Subject(
                        "maximum",
                        width -> pooling(Pooling.max(
                                blocked(9, 9), blocked(4, 4), new Window(3, 3, 2, 2, 1, 1, 0, 0, 0, 0), width))),
                new Subject(
                        "global average", width -> pooling(Pooling.globalAverage(blocked(9, 9), blocked(1, 1), width))),
                new Subject("packing", width -> packing(1, width.orElseThrow().lanes())),
                new Subject("unpacking", width -> packing(width.orElseThrow().lanes(), 1)),
                new Subject("SiLU", width -> unary(UnaryKernel.of(new Activation.Silu(), width))),
                new Subject("hard swish", width -> unary(UnaryKernel.of(new Activation.HardSwish(), width))),
                new Subject("exponential", width -> unary(UnaryKernel.of(UnaryFunction.EXP, 0, 0, width))),
                new Subject("ELU", width -> unary(UnaryKernel.of(UnaryFunction.ELU, 1, 0, width))),
                new Subject("softmax", width -> {
                    float[] row = new float[256];
                    Softmax softmax = Softmax.of(width);
                    return () -> softmax.run(row, 0, row, 0, 1, row.length);
                }));
    }

    private static Runnable gemm(Optional<VectorWidth> width, int rows) {
        int depth = 64;
        int columns = 128;
        GemmParameters parameters = new GemmParameters(depth, columns, new float[depth * columns], false, null);
        Gemm gemm = Gemm.of(parameters, new Activation.None(), width);
        float[] x = new float[rows * depth];
        float[] y = new float[rows * columns];
        return () -> gemm.run(x, 0, depth, y, 0, columns, rows);
    }

    private static BlockedLayout blocked(int height, int width) {
        return BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), height, width);
    }

    /** Vectors are no wider than a block. */
    private static Runnable packing(int fromBlock, int toBlock) {
        Packing packing = Packing.between(
                BlockedLayout.of(1, ChannelOrder.contiguous(16, fromBlock), 9, 9),
                BlockedLayout.of(1, ChannelOrder.contiguous(16, toBlock), 9, 9));
        float[] in = new float[2000];
        float[] out = new float[2000];
        return () -> packing.run(in, 0, out, 0);
    }

    private static Runnable pooling(Pooling pooling) {
        float[] in = new float[2000];
        float[] out = new float[500];
        return () -> pooling.run(in, 0, out, 0);
    }

    private static Runnable unary(UnaryKernel kernel) {
        float[] x = new float[512];
        float[] y = new float[512];
        return () -> kernel.run(x, 0, y, 0, x.length);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void kernelsAllocateNothingOnceWarm(Subject subject) {
        Assumptions.assumeTrue(VectorWidths.isNative(VectorWidth.BITS_256), "no vectors of 256 bits");
        for (VectorWidth width : new VectorWidth[] {VectorWidth.BITS_128, VectorWidth.BITS_256}) {
            Runnable call = subject.call().apply(Optional.of(width));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            long allocated = Long.MAX_VALUE;
            while (allocated > ALLOWED_BYTES) {
                assertTrue(
                        System.nanoTime() < deadline,
                        subject + " at " + width + " still allocates " + allocated + " bytes a call");
                for (int i = 0; i < 100; i++) {
                    call.run();
                }
                long before = AllocatedBytes.ofThisThread();
                call.run();
                allocated = AllocatedBytes.ofThisThread() - before;
            }
        }
    }
}

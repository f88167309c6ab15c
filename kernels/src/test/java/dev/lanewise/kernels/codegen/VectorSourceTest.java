package dev.lanewise.kernels.codegen;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.lanewise.kernels.workload.Activation;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VectorSourceTest {

    /** What the generated classes of this test do. */
    public interface Sigmoids {
        void run(float[] data);
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Sigmoids sigmoids(VectorWidth width) {
        return KernelCompiler.kernel("Sigmoids_f32x" + width.lanes(), Sigmoids.class, width, source -> {
            source.open("public void run(float[] data)");
            source.open("for (int i = 0; i < data.length; i += S.length())");
            VectorSource.load(source, "x", "data", "i");
            ActivationSource.emit(source, new Activation.Sigmoid(), "x");
            return source.line("x.intoArray(data, i);").close().close();
        });
    }

    /** Without {@link VectorSource#exact}, the kernel that is compiled last allocates for ever. */
    @Test
    void kernelsOfTwoWidthsAllocateNothingInOneJvm() {
        assumeTrue(VectorWidths.isNative(VectorWidth.BITS_256), "no vectors of 256 bits");
        for (VectorWidth width : new VectorWidth[] {VectorWidth.BITS_128, VectorWidth.BITS_256, VectorWidth.BITS_128}) {
            Sigmoids kernel = sigmoids(width);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (allocatesIn(kernel)) {
                assertTrue(System.nanoTime() < deadline, "still allocates at " + width);
            }
        }
    }

    /** Whether 500 runs allocate more than the measurement itself. */
    private static boolean allocatesIn(Sigmoids kernel) {
        float[] data = new float[512];
        Arrays.fill(data, 0.5f);
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 500; i++) {
            kernel.run(data);
        }
        return THREADS.getThreadAllocatedBytes(thread) - before > 10_000;
    }
}

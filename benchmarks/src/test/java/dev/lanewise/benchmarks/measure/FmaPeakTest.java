package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import org.junit.jupiter.api.Test;

class FmaPeakTest {

    @Test
    void aPeakIsBeyondWhatScalarCodeReaches() {
        try (WorkerPool pool = new WorkerPool(1)) {
            FmaPeak peak = FmaPeak.of(VectorWidth.preferred().orElseThrow(), pool);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < 50; i++) {
                long start = System.nanoTime();
                peak.run();
                best = Math.min(best, (System.nanoTime() - start) / 1e3);
            }
            assertTrue(peak.gigaflops(best) > 1, "GFLOP/s: " + peak.gigaflops(best));
        }
    }
}

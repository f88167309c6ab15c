package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * What the cores can do at best.
 *
 * @param all on all threads of the contest
 * @param oneThread the same on one; null where there is only one
 */
record Peaks(FmaPeak all, @Nullable FmaPeak oneThread) {

    /** About a millisecond of one core: to hand work to other threads takes as long as a small workload. */
    private static final double LEAST_OF_SEVERAL_THREADS = 1e8;

    static Peaks of(VectorWidth width, WorkerPool pool) {
        return new Peaks(FmaPeak.of(width, pool), pool.threads() == 1 ? null : FmaPeak.of(width, new WorkerPool(1)));
    }

    /** As {@link FmaPeak#of(double)}; several threads have enough to do that what they gain is not lost in starting them. */
    Peaks of(double operations) {
        if (oneThread == null) {
            return new Peaks(all.of(operations), null);
        }
        double enough = Math.max(operations, LEAST_OF_SEVERAL_THREADS);
        return new Peaks(all.of(enough), oneThread.of(enough));
    }
}

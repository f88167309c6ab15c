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

    static Peaks of(VectorWidth width, WorkerPool pool) {
        return new Peaks(FmaPeak.of(width, pool), pool.threads() == 1 ? null : FmaPeak.of(width, new WorkerPool(1)));
    }

    /** As {@link FmaPeak#of(double)}. */
    Peaks of(double operations) {
        return new Peaks(all.of(operations), oneThread == null ? null : oneThread.of(operations));
    }
}

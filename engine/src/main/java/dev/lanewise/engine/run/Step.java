package dev.lanewise.engine.run;

import dev.lanewise.kernels.parallel.WorkerPool;

/** A step with its kernels, ready to run by any number of threads, each on a workspace of its own. */
@FunctionalInterface
interface Step {

    void run(Workspace workspace, WorkerPool pool);

    /** The schedule of its kernel; empty where there is no choice. */
    default String schedule() {
        return "";
    }

    /** Runs a range of independent pieces on a pool's threads; with one thread at once, and without any detour. */
    static void share(int pieces, WorkerPool pool, Range range) {
        int tasks = Math.min(pieces, pool.threads());
        if (tasks <= 1) {
            range.run(0, pieces);
            return;
        }
        pool.map(tasks, task -> {
            range.run((int) ((long) pieces * task / tasks), (int) ((long) pieces * (task + 1) / tasks));
            return task;
        });
    }

    /** Some of the pieces: {@code from} to {@code to - 1}. */
    @FunctionalInterface
    interface Range {
        void run(int from, int to);
    }
}

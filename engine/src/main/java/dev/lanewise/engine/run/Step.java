package dev.lanewise.engine.run;

import dev.lanewise.kernels.parallel.WorkerPool;
import java.util.List;
import java.util.OptionalDouble;

/** A step with its kernels, ready to run by any number of threads, each on a workspace of its own. */
@FunctionalInterface
interface Step {

    void run(Workspace workspace, WorkerPool pool);

    /** The schedule of its kernels; empty where there is no choice. */
    default String schedule() {
        return "";
    }

    /** The names of its generated kernels, as far as it knows them. */
    default List<String> kernels() {
        return List.of();
    }

    /** The share of the core's multiply-adds that is expected of it. */
    default OptionalDouble estimatedShareOfPeak() {
        return OptionalDouble.empty();
    }

    /** A step that knows its kernels. */
    static Step of(List<String> kernels, Step step) {
        return new Step() {
            @Override
            public void run(Workspace workspace, WorkerPool pool) {
                step.run(workspace, pool);
            }

            @Override
            public List<String> kernels() {
                return kernels;
            }
        };
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

package dev.lanewise.benchmarks.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A job's figures.
 *
 * @param cpuSeconds of the executors' whole processes in the timed pass
 * @param peakResidentMegabytes of the largest executor, from its start
 * @param speedup images a second, by the peer's on as many executors; null without one
 * @param scaling images a second by those of one executor, by what as many busy cores reach of one core's peak; null for
 *     one executor
 */
public record ClusterResult(
        Engine engine,
        String model,
        int executors,
        int cores,
        JobAnswer job,
        double cpuSeconds,
        double peakResidentMegabytes,
        @Nullable Double speedup,
        @Nullable Double scaling) {

    /** In the timed pass. */
    public double imagesPerSecond() {
        return job.images() / Math.max(1e-3, job.steadySeconds());
    }

    /** Of the executors' processes. */
    public double cpuSecondsPerThousand() {
        return 1000 * cpuSeconds / Math.max(1, job.images());
    }

    ClusterResult compared(@Nullable Double newSpeedup, @Nullable Double newScaling) {
        return new ClusterResult(
                engine, model, executors, cores, job, cpuSeconds, peakResidentMegabytes, newSpeedup, newScaling);
    }
}

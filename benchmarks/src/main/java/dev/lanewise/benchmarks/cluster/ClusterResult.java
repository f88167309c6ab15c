package dev.lanewise.benchmarks.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A job's figures; of several rounds those of the one with the median of images a second.
 *
 * @param cpuSeconds of the executors' whole processes in the timed pass
 * @param peakResidentMegabytes of the largest executor, from its start
 * @param residentGrowth of the executor that grew most: its memory in the last tenth of the timed pass by that in the second
 *     tenth, less 1; null if the pass was too short to tell
 * @param speedup images a second, by the peer's on as many executors, the median of all rounds; null without one
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
        @Nullable Double residentGrowth,
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
                engine,
                model,
                executors,
                cores,
                job,
                cpuSeconds,
                peakResidentMegabytes,
                residentGrowth,
                newSpeedup,
                newScaling);
    }
}

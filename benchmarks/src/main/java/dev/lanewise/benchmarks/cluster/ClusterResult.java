package dev.lanewise.benchmarks.cluster;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job's figures; of several rounds those of the one with the median of images a second.
 *
 * @param cpuSeconds of the executors' whole processes in the timed pass
 * @param peakResidentMegabytes of the largest executor, from its start
 * @param residentGrowth of the executor that grew most: its memory in the last tenth of the timed pass by that in the second
 *     tenth, less 1; null if the pass was too short to tell
 * @param comparison with the peer on as many executors; null for others than Lanewise, and without a peer
 * @param inference of the peer, beside itself alone; null for others than the peer, and on more than one core
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
        @Nullable PeerComparison comparison,
        @Nullable PeerInference inference,
        @Nullable Double scaling) {

    /** In the timed pass. */
    public double imagesPerSecond() {
        return job.images() / Math.max(1e-3, job.steadySeconds());
    }

    /** From the driver's start to the end of the first pass, which has no images repeated. */
    public double imagesPerSecondWithStart() {
        return job.coldImages() / Math.max(1e-3, job.coldSeconds());
    }

    /** What each executor scored in the timed pass, images a second. */
    public List<Double> imagesPerSecondByExecutor() {
        return job.imagesByExecutor().values().stream()
                .sorted(Comparator.reverseOrder())
                .map(images -> images / Math.max(1e-3, job.steadySeconds()))
                .toList();
    }

    /** By the peer's; null without one. */
    public @Nullable Double speedup() {
        return comparison == null ? null : comparison.speedup();
    }

    /** Of the executors' processes. */
    public double cpuSecondsPerThousand() {
        return 1000 * cpuSeconds / Math.max(1, job.images());
    }

    ClusterResult compared(@Nullable PeerComparison withPeer, @Nullable PeerInference peerAlone) {
        return with(withPeer, peerAlone, scaling);
    }

    ClusterResult scaled(@Nullable Double byCores) {
        return with(comparison, inference, byCores);
    }

    private ClusterResult with(
            @Nullable PeerComparison withPeer, @Nullable PeerInference peerAlone, @Nullable Double byCores) {
        return new ClusterResult(
                engine,
                model,
                executors,
                cores,
                job,
                cpuSeconds,
                peakResidentMegabytes,
                residentGrowth,
                withPeer,
                peerAlone,
                byCores);
    }
}

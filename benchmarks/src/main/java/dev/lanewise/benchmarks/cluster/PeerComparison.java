package dev.lanewise.benchmarks.cluster;

import dev.lanewise.benchmarks.measure.Samples;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Lanewise beside the peer on as many executors, in the same rounds.
 *
 * @param speedup images a second by the peer's, the median of the rounds' ratios
 * @param allowed the speedup that the networks' times allow: a peer's task on an image, by the same task with our network's
 *     time in place of the peer's. Reading, decoding, packing and writing are the peer's in both, so that what
 *     Lanewise's way through Spark takes longer counts against it; the median of the rounds
 * @param share the speedup by what is allowed, the median of the rounds
 */
public record PeerComparison(double speedup, double allowed, double share) {

    /** The least share that is not a miss. */
    public static final double TARGET = 0.97;

    /**
     * @param ours each round's
     * @param peers each round's, in the same order
     */
    static PeerComparison of(List<ClusterResult> ours, List<ClusterResult> peers) {
        Samples speedup =
                samples(ours, ClusterResult::imagesPerSecond).over(samples(peers, ClusterResult::imagesPerSecond));
        Samples inference =
                samples(ours, result -> perImage(result, result.job().inferSeconds()));
        Samples theirs = samples(peers, result -> perImage(result, result.job().inferSeconds()));
        Samples theirTask =
                samples(peers, result -> perImage(result, result.job().busySeconds()));
        Samples allowed = theirTask.over(theirTask.minus(theirs.minus(inference)));
        return new PeerComparison(
                speedup.median(), allowed.median(), speedup.over(allowed).median());
    }

    public boolean missed() {
        return share < TARGET;
    }

    private static double perImage(ClusterResult result, double seconds) {
        return seconds / Math.max(1, result.job().images());
    }

    private static Samples samples(List<ClusterResult> results, ToDoubleFunction<ClusterResult> figure) {
        return Samples.of(results.stream().mapToDouble(figure).toArray());
    }
}

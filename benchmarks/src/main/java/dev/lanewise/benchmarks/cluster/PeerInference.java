package dev.lanewise.benchmarks.cluster;

import java.util.Comparator;
import java.util.List;

/**
 * The peer's inference in {@code mapPartitions} beside the same network in a JVM that does nothing else, as {@code bench model}
 * times it: whether Spark or our code around it slows the peer down.
 *
 * @param taskMillis an image, in the job
 * @param aloneMillis an image, by itself, in batches of the same size, right after the job
 * @param ratio the first by the second
 */
public record PeerInference(double taskMillis, double aloneMillis, double ratio) {

    /** How far the ratio may be from 1. */
    public static final double TOLERANCE = 0.05;

    /** The round of the median ratio. */
    static PeerInference median(List<PeerInference> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(PeerInference::ratio))
                .toList()
                .get(rounds.size() / 2);
    }

    public boolean missed() {
        return ratio > 1 + TOLERANCE;
    }
}

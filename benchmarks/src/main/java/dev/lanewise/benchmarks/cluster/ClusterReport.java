package dev.lanewise.benchmarks.cluster;

import java.util.List;
import java.util.Map;

/**
 * All jobs of a run.
 *
 * @param peaks GFLOP/s of fused multiply-adds that so many cores reach together in this run, by their number
 */
public record ClusterReport(List<ClusterResult> results, Map<Integer, Double> peaks) {

    public ClusterReport {
        results = List.copyOf(results);
        peaks = Map.copyOf(peaks);
    }
}

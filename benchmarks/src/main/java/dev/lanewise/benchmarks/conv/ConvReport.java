package dev.lanewise.benchmarks.conv;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What was measured, in the order of the workloads. */
public record ConvReport(List<ConvResult> convolutions, List<PackResult> packings) {

    /**
     * Which targets a workload misses: those of its class, and that no convolution is slower than the same one with fewer
     * groups.
     *
     * @param secondLevelCache as in {@link ConvResult#missed}
     */
    public List<String> missed(ConvResult result, OptionalLong secondLevelCache) {
        List<String> missed = new ArrayList<>(result.missed(secondLevelCache));
        double micros = result.median().lanewise().best();
        boolean slower = convolutions.stream()
                .filter(other -> result.benchmark().hasMoreGroupsThan(other.benchmark()))
                .anyMatch(other -> other.median().lanewise().best() < micros);
        if (slower) {
            missed.add("groups");
        }
        return missed;
    }
}

package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.conv.Demand.What;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What was measured, in the order of the workloads. */
public record ConvReport(List<ConvResult> convolutions, List<PackResult> packings) {

    /**
     * What a workload is held to: the targets of its class, and that no convolution is slower than the same one with fewer
     * groups.
     *
     * @param jdk as in {@link ConvResult#demands}
     * @param secondLevelCache the same
     */
    public List<Demand> demands(ConvResult result, int jdk, OptionalLong secondLevelCache) {
        List<Demand> demands = new ArrayList<>(result.demands(jdk, secondLevelCache));
        OptionalDouble withFewerGroups = convolutions.stream()
                .filter(other -> result.benchmark().hasMoreGroupsThan(other.benchmark()))
                .mapToDouble(other -> other.median().lanewise().best())
                .min();
        if (result.threads() == 1 && withFewerGroups.isPresent()) {
            demands.add(Demand.atMost(
                    What.GROUPS,
                    withFewerGroups.getAsDouble(),
                    result.median().lanewise().best()));
        }
        return demands;
    }
}

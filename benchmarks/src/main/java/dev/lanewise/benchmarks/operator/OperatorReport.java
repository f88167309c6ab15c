package dev.lanewise.benchmarks.operator;

import java.util.List;

/** What was measured, in the order of the networks. */
public record OperatorReport(List<OperatorResult> results) {

    /** Whether both sides gave the same bits for every image. */
    public boolean sound() {
        return results.stream().allMatch(result -> result.fault() == null);
    }
}

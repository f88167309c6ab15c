package dev.lanewise.benchmarks.model;

import java.util.List;

/** What was measured, in the order of the networks and batch sizes. */
public record ModelReport(List<ModelResult> results) {

    /** Whether every network ran and every output agreed. */
    public boolean sound() {
        return results.stream().allMatch(result -> result.fault().isEmpty());
    }
}

package dev.lanewise.benchmarks.measure;

import java.util.Map;

/** The samples of the sides of one measurement, in microseconds a run. */
public final class Timings {

    private final Map<String, Samples> bySide;

    Timings(Map<String, Samples> bySide) {
        this.bySide = bySide;
    }

    /** @throws IllegalArgumentException if no side has this name */
    public Samples of(String side) {
        Samples samples = bySide.get(side);
        if (samples == null) {
            throw new IllegalArgumentException("no side is called " + side + " among " + bySide.keySet());
        }
        return samples;
    }

    public boolean has(String side) {
        return bySide.containsKey(side);
    }
}

package dev.lanewise.benchmarks.measure;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** One value for each round of a measurement, such as microseconds of a run. */
public final class Samples {

    private final double[] values;

    private Samples(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        this.values = values;
    }

    /** @throws IllegalArgumentException if there are none */
    public static Samples of(double... values) {
        return new Samples(values.clone());
    }

    public int rounds() {
        return values.length;
    }

    public double at(int round) {
        return values[round];
    }

    /** The least: the one that other work on the machine disturbed least. */
    public double best() {
        return Arrays.stream(values).min().orElseThrow();
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** For every round, these divided by the others. */
    public Samples over(Samples others) {
        return combine(others, (mine, other) -> mine / other);
    }

    /** For every round, these less the others. */
    public Samples minus(Samples others) {
        return combine(others, (mine, other) -> mine - other);
    }

    public Samples times(double factor) {
        return new Samples(Arrays.stream(values).map(value -> value * factor).toArray());
    }

    private Samples combine(Samples others, DoubleBinaryOperator operator) {
        if (others.values.length != values.length) {
            throw new IllegalArgumentException(
                    values.length + " rounds cannot be compared with " + others.values.length);
        }
        double[] combined = new double[values.length];
        for (int round = 0; round < combined.length; round++) {
            combined[round] = operator.applyAsDouble(values[round], others.values[round]);
        }
        return new Samples(combined);
    }
}

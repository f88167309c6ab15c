package dev.lanewise.arrow.preprocess;

import java.util.Arrays;

/**
 * A triangle filter's weights along one axis: output {@code i} is the sum of the {@code taps} inputs from {@code first(i)}
 * on, each by its weight. {@code first} never falls from one output to the next.
 */
final class FilterWeights {

    /** A weight of 1 is this power of two: sums of bytes then fill an int but for its sign. */
    static final int BITS = 32 - 8 - 2;

    private final int[] first;
    private final int[][] weights;

    private FilterWeights(int[] first, int taps) {
        this.first = first;
        this.weights = new int[taps][first.length];
    }

    /**
     * For scaling one axis.
     *
     * @param from its length
     * @param to the length that it gets
     * @param start the first output that is wanted
     * @param outputs how many are wanted
     */
    static FilterWeights of(int from, int to, int start, int outputs) {
        double scale = (double) from / to;
        double support = Math.max(scale, 1.0);
        int[] first = new int[outputs];
        int[] count = new int[outputs];
        for (int i = 0; i < outputs; i++) {
            double centre = (start + i + 0.5) * scale;
            first[i] = Math.max(0, (int) (centre - support + 0.5));
            count[i] = Math.min(from, (int) (centre + support + 0.5)) - first[i];
        }
        FilterWeights filter =
                new FilterWeights(first, Arrays.stream(count).max().orElseThrow());
        double[] exact = new double[filter.taps()];
        for (int i = 0; i < outputs; i++) {
            filter.set(i, count[i], from, (start + i + 0.5) * scale, 1.0 / support, exact);
        }
        return filter;
    }

    private void set(int output, int count, int length, double centre, double shrink, double[] exact) {
        double sum = 0;
        for (int tap = 0; tap < count; tap++) {
            double weight = Math.max(0.0, 1.0 - Math.abs((first[output] + tap - centre + 0.5) * shrink));
            exact[tap] = weight;
            sum += weight;
        }
        // All outputs have as many taps as the widest; near the end, those without a weight come first.
        int unused = Math.max(0, first[output] + taps() - length);
        first[output] -= unused;
        for (int tap = 0; tap < count; tap++) {
            double weight = sum == 0 ? exact[tap] : exact[tap] / sum;
            weights[unused + tap][output] = (int) (0.5 + weight * (1 << BITS));
        }
    }

    /** For every output, the first input that it reads. */
    int[] first() {
        return first;
    }

    /** How many inputs, with or without weight, an output reads. */
    int taps() {
        return weights.length;
    }

    /** For every output, the weight of input {@code first + tap}. */
    int[] weights(int tap) {
        return weights[tap];
    }
}

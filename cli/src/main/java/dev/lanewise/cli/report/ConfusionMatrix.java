package dev.lanewise.cli.report;

import java.util.List;

/**
 * How often images of one class were taken for another.
 *
 * @param labels the classes' names
 * @param counts by true class, then by predicted class
 */
public record ConfusionMatrix(List<String> labels, long[][] counts) {

    public ConfusionMatrix {
        labels = List.copyOf(labels);
        if (counts.length != labels.size()) {
            throw new IllegalArgumentException(labels.size() + " labels for " + counts.length + " rows");
        }
    }

    /** The images that were taken for what they are. */
    public long right() {
        long right = 0;
        for (int label = 0; label < counts.length; label++) {
            right += counts[label][label];
        }
        return right;
    }

    public long total() {
        long total = 0;
        for (long[] row : counts) {
            for (long count : row) {
                total += count;
            }
        }
        return total;
    }
}

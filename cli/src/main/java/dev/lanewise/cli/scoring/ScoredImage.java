package dev.lanewise.cli.scoring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the result.
 *
 * @param prediction null if the image could not be scored, as are label and probability
 * @param top the best classes, best first; empty if the image could not be scored
 * @param error why it could not; null if it was
 */
public record ScoredImage(
        String path,
        @Nullable Integer prediction,
        @Nullable String label,
        @Nullable Float probability,
        List<RankedClass> top,
        @Nullable String error) {

    /** A class and the probability that the network gives it. */
    public record RankedClass(int index, String label, float probability) {}
}

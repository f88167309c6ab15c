package dev.lanewise.cli.report;

import dev.lanewise.cli.scoring.ScoredDataset.ClassCount;
import dev.lanewise.cli.scoring.ScoringSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the page tells.
 *
 * @param title what was scored, in a few words
 * @param classes the predicted classes, over all images
 * @param histogram how many of all images lie in each of equal ranges of probability from 0 to 1
 * @param shown the images on the page, in its order
 * @param leftOut how many images have no place on it
 * @param confusion where the true classes are known
 */
public record Report(
        String title,
        String model,
        String input,
        String output,
        ScoringSummary summary,
        List<ClassCount> classes,
        long[] histogram,
        List<ShownImage> shown,
        long leftOut,
        @Nullable ConfusionMatrix confusion) {

    /** The most images on a page: it stays below about 10 MB. */
    public static final int MOST_IMAGES = 1000;
}

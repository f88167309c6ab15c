package dev.lanewise.cli.report;

import dev.lanewise.cli.scoring.ScoredImage;
import org.jspecify.annotations.Nullable;

/**
 * An image on the page.
 *
 * @param thumbnail a data URI; null if the image cannot be shown
 * @param truth the name of its true class, where that is known
 */
public record ShownImage(
        ScoredImage score,
        @Nullable String thumbnail,
        @Nullable String truth) {

    boolean isFailed() {
        return score.error() != null;
    }

    boolean isWrong() {
        return truth != null && !isFailed() && !truth.equals(score.label());
    }

    String fileName() {
        return lastPart(score.path());
    }

    /** What follows the last slash. */
    static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}

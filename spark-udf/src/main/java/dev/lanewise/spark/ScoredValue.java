package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.spark.score.ImageCell;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;

/** What a function makes of one image. Made on the driver, serialised with the plan. */
record ScoredValue(ScoringRequest request, Kind kind, ResultColumns results, HandleInvalid handleInvalid)
        implements UDF1<@Nullable Object, @Nullable Object> {

    /** What of a score the function gives. */
    enum Kind {
        STRUCT,
        PROBABILITIES,
        VALUE
    }

    @Override
    public @Nullable Object call(@Nullable Object image) {
        ImageScore score = TaskScorer.scoreAlone(
                request, ImageCell.read(image, request.options().limits()));
        if (score.error() != null && handleInvalid == HandleInvalid.ERROR) {
            throw new InvalidImageException(
                    "cannot score an image: " + score.error() + "; handleInvalid keep would go on without it");
        }
        return switch (kind) {
            case STRUCT -> results.value(score);
            case PROBABILITIES -> score.error() == null ? score.probabilities() : null;
            case VALUE -> score.error() == null ? score.values().get(0) : null;
        };
    }
}

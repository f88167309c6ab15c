package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.spark.score.InputColumns;
import dev.lanewise.spark.score.TaskScorer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scored rows of one partition, computed as they are read, a batch at a time. */
final class ScoredPartition implements Iterator<Row> {

    private static final Logger LOG = LoggerFactory.getLogger(ScoredPartition.class);

    private final TaskScorer scorer;
    private final InputColumns images;
    private final ResultColumns results;
    private final HandleInvalid handleInvalid;
    private final @Nullable LongAccumulator skipped;
    private final Iterator<Scored<Row>> scores;
    private @Nullable Row next;
    private long dropped;
    private boolean ended;

    /** Takes over the scorer, and closes it after the last row. */
    ScoredPartition(
            Iterator<Row> rows,
            TaskScorer scorer,
            InputColumns images,
            ResultColumns results,
            HandleInvalid handleInvalid,
            @Nullable LongAccumulator skipped) {
        this.scorer = scorer;
        this.images = images;
        this.results = results;
        this.handleInvalid = handleInvalid;
        this.skipped = skipped;
        this.scores = scorer.score(rows, images::input);
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            if (scores.hasNext()) {
                next = result(scores.next());
            } else {
                end();
            }
        }
        return next != null;
    }

    @Override
    public Row next() {
        Row row = hasNext() ? next : null;
        if (row == null) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        next = null;
        return row;
    }

    /** The result's row; null if the image is invalid and to be skipped. */
    private @Nullable Row result(Scored<Row> scored) {
        ImageScore score = scored.score();
        if (score.error() != null && handleInvalid == HandleInvalid.ERROR) {
            throw InvalidImageException.of(images.name(scored.row()), score.error());
        }
        if (score.error() != null && handleInvalid == HandleInvalid.SKIP) {
            dropped++;
            if (skipped != null) {
                skipped.add(1);
            }
            return null;
        }
        return results.row(scored.row(), score);
    }

    private void end() {
        ended = true;
        if (dropped > 0) {
            LOG.warn("skipped {} images that cannot be scored", dropped);
        }
        scorer.close();
    }
}

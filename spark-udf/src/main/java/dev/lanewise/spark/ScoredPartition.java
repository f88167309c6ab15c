package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.arrow.score.Scored;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scored rows of one partition, computed as they are read, a batch at a time. Locked, since Spark may read a
 * partition on another thread (that of a Python worker) than the one that ends the task.
 */
final class ScoredPartition implements Iterator<Row>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScoredPartition.class);

    private final ImageScorer scorer;
    private final BufferAllocator memory;
    private final ImageColumn images;
    private final ResultColumns results;
    private final HandleInvalid handleInvalid;
    private final @Nullable LongAccumulator skipped;
    private final Iterator<Scored<Row>> scores;
    private @Nullable Row next;
    private long dropped;
    private boolean closed;

    /** Takes over the scorer and its memory. */
    ScoredPartition(
            Iterator<Row> rows,
            ImageScorer scorer,
            BufferAllocator memory,
            ImageColumn images,
            ResultColumns results,
            HandleInvalid handleInvalid,
            @Nullable LongAccumulator skipped,
            TaskContext task) {
        this.scorer = scorer;
        this.memory = memory;
        this.images = images;
        this.results = results;
        this.handleInvalid = handleInvalid;
        this.skipped = skipped;
        this.scores = scorer.score(new Killable(rows, task), images::image);
    }

    @Override
    public synchronized boolean hasNext() {
        while (next == null && !closed) {
            if (scores.hasNext()) {
                next = result(scores.next());
            } else {
                close();
            }
        }
        return next != null;
    }

    @Override
    public synchronized Row next() {
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
            throw new InvalidImageException("cannot score image " + images.name(scored.row()) + ": " + score.error()
                    + "; handleInvalid keep or skip would go on without it");
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

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (dropped > 0) {
            LOG.warn("skipped {} images that cannot be scored", dropped);
        }
        try {
            scorer.close();
        } finally {
            ExecutorMemory.closeTask(memory);
        }
    }

    /** The rows, until the task is killed: a batch takes long, and not every source looks for itself. */
    private record Killable(Iterator<Row> rows, TaskContext task) implements Iterator<Row> {

        @Override
        public boolean hasNext() {
            if (task.isInterrupted()) {
                throw new TaskKilledException("the task was killed");
            }
            return rows.hasNext();
        }

        @Override
        public Row next() {
            return rows.next();
        }
    }
}

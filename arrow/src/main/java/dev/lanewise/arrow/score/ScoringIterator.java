package dev.lanewise.arrow.score;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers rows into batches, by count and by bytes, and hands out one batch's scores before it gathers the next. */
final class ScoringIterator<T> implements Iterator<Scored<T>> {

    /** A row that has been read. */
    private record Pending<T>(T row, Candidate candidate) {}

    private final ImageScorer scorer;
    private final Iterator<T> rows;
    private final Function<? super T, ImageInput> image;
    private final Deque<Scored<T>> scored = new ArrayDeque<>();

    /** The row that did not fit into the batch before. */
    private @Nullable Pending<T> next;

    ScoringIterator(ImageScorer scorer, Iterator<T> rows, Function<? super T, ImageInput> image) {
        this.scorer = scorer;
        this.rows = rows;
        this.image = image;
    }

    @Override
    public boolean hasNext() {
        if (scored.isEmpty()) {
            scoreNextBatch();
        }
        return !scored.isEmpty();
    }

    @Override
    public Scored<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return scored.remove();
    }

    private void scoreNextBatch() {
        List<Pending<T>> batch = gather();
        if (batch.isEmpty()) {
            return;
        }
        List<ImageScore> scores =
                scorer.scoreBatch(batch.stream().map(Pending::candidate).toList());
        for (int i = 0; i < batch.size(); i++) {
            scored.add(new Scored<>(batch.get(i).row(), scores.get(i)));
        }
    }

    private List<Pending<T>> gather() {
        // One Java array and one Arrow vector must hold a batch, whatever the limit.
        long limit = Math.min(scorer.options().maxBatchBytes(), Integer.MAX_VALUE - 8);
        List<Pending<T>> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < scorer.options().batchSize() && (next != null || rows.hasNext())) {
            Pending<T> pending = next != null ? next : read();
            next = null;
            bytes += pending.candidate().bytes();
            if (!batch.isEmpty() && bytes > limit) {
                next = pending;
                break;
            }
            batch.add(pending);
        }
        return batch;
    }

    private Pending<T> read() {
        T row = rows.next();
        return new Pending<>(row, scorer.examine(image.apply(row)));
    }
}

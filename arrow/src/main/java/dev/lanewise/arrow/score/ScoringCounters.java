package dev.lanewise.arrow.score;

import java.util.concurrent.atomic.LongAdder;

/** What a scorer has done so far. Times are summed over its threads. Safe to read from any thread. */
public final class ScoringCounters {

    private final LongAdder images = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder decodeNanos = new LongAdder();
    private final LongAdder packNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();

    /** The rows that went through, those without a score included. */
    public long images() {
        return images.sum();
    }

    /** The rows that have no score. */
    public long invalid() {
        return invalid.sum();
    }

    public long batches() {
        return batches.sum();
    }

    /** The time to decode, scale and crop, in nanoseconds. */
    public long decodeNanos() {
        return decodeNanos.sum();
    }

    /** The time to make the network's input of pixels, in nanoseconds. */
    public long packNanos() {
        return packNanos.sum();
    }

    /** The time to run the network, in nanoseconds. */
    public long inferNanos() {
        return inferNanos.sum();
    }

    void addBatch(long rows, long withoutScore) {
        batches.increment();
        images.add(rows);
        invalid.add(withoutScore);
    }

    void addDecoding(long nanos) {
        decodeNanos.add(nanos);
    }

    void addPacking(long nanos) {
        packNanos.add(nanos);
    }

    void addInference(long nanos) {
        inferNanos.add(nanos);
    }
}

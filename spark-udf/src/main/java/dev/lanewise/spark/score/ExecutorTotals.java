package dev.lanewise.spark.score;

import dev.lanewise.arrow.score.ScoringCounters;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;

/**
 * What all tasks of this JVM have done since it started.
 *
 * @param images the rows that went through, those without a score included
 * @param invalid the rows that have no score
 * @param decodeNanos the time to decode, scale and crop, in nanoseconds, summed over threads as all times are
 * @param packNanos the time to make the network's input of pixels, in nanoseconds
 * @param inferNanos the time to run the network, in nanoseconds
 */
public record ExecutorTotals(long images, long invalid, long batches, long decodeNanos, long packNanos, long inferNanos)
        implements Serializable {

    public static final ExecutorTotals NONE = new ExecutorTotals(0, 0, 0, 0, 0, 0);

    private static final Set<ScoringCounters> RUNNING = new HashSet<>();
    private static ExecutorTotals ended = NONE;

    /** Up to now, running tasks included. */
    public static synchronized ExecutorTotals current() {
        return RUNNING.stream().map(ExecutorTotals::of).reduce(ended, ExecutorTotals::plus);
    }

    static synchronized void opened(ScoringCounters task) {
        RUNNING.add(task);
    }

    static synchronized void closed(ScoringCounters task) {
        if (RUNNING.remove(task)) {
            ended = ended.plus(of(task));
        }
    }

    private static ExecutorTotals of(ScoringCounters task) {
        return new ExecutorTotals(
                task.images(), task.invalid(), task.batches(), task.decodeNanos(), task.packNanos(), task.inferNanos());
    }

    /** The sums. */
    public ExecutorTotals plus(ExecutorTotals other) {
        return new ExecutorTotals(
                images + other.images,
                invalid + other.invalid,
                batches + other.batches,
                decodeNanos + other.decodeNanos,
                packNanos + other.packNanos,
                inferNanos + other.inferNanos);
    }
}

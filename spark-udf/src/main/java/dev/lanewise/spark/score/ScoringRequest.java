package dev.lanewise.spark.score;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.spark.model.ModelHandle;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * What a task is to do with its images. Equal requests for the same image have the same answer: one run serves them all.
 *
 * @param options all that does not depend on Spark; its thread count is that of a task with one CPU
 * @param threads the threads of a task; null to take the task's CPUs
 */
public record ScoringRequest(
        ModelHandle model, ScoringOptions options, @Nullable Integer threads) implements Serializable {

    /** The options for a task: as many threads as it has CPUs unless set. */
    ScoringOptions optionsOf(TaskContext task) {
        return options.withThreads(threads == null ? task.cpus() : threads);
    }
}

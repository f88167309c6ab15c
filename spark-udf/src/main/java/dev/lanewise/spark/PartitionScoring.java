package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import java.util.Collections;
import java.util.Iterator;
import java.util.OptionalInt;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** What a task does with its partition. Made on the driver, serialised with the plan. */
final class PartitionScoring implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final String modelName;
    private final String contentHash;
    private final Broadcast<byte[]> onnx;
    private final ScoringOptions scoring;
    private final @Nullable Integer threads;
    private final ImageColumn images;
    private final ResultColumns results;
    private final HandleInvalid handleInvalid;
    private final @Nullable LongAccumulator skipped;

    /** @param skipped null unless invalid images are to be skipped */
    PartitionScoring(
            ModelSource model,
            Broadcast<byte[]> onnx,
            InferenceOptions options,
            ImageColumn images,
            ResultColumns results,
            @Nullable LongAccumulator skipped) {
        this.modelName = model.name();
        this.contentHash = model.contentHash();
        this.onnx = onnx;
        this.scoring = options.scoring();
        OptionalInt set = options.threads();
        this.threads = set.isPresent() ? set.getAsInt() : null;
        this.images = images;
        this.results = results;
        this.handleInvalid = options.handleInvalid();
        this.skipped = skipped;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        TaskContext task = TaskContext.get();
        Model model = ModelCache.model(contentHash, () -> new ModelSource(modelName, onnx.value(), contentHash));
        BufferAllocator memory = ExecutorMemory.openTask("lanewise task " + task.taskAttemptId());
        ScoredPartition partition;
        try {
            ImageScorer scorer =
                    ImageScorer.of(model, scoring.withThreads(threads == null ? task.cpus() : threads), memory);
            partition = new ScoredPartition(rows, scorer, memory, images, results, handleInvalid, skipped, task);
        } catch (RuntimeException | Error e) {
            ExecutorMemory.closeTask(memory);
            throw e;
        }
        // Runs whatever happens: success, failure, a killed task, and a limit that stops reading half-way.
        task.addTaskCompletionListener((TaskCompletionListener) ended -> partition.close());
        return partition;
    }
}

package dev.lanewise.spark;

import dev.lanewise.spark.score.InputColumns;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * What a task does with its partition. Made on the driver, serialised with the plan.
 *
 * @param skipped null unless invalid images are to be skipped
 */
record PartitionScoring(
        ScoringRequest request,
        InputColumns images,
        ResultColumns results,
        HandleInvalid handleInvalid,
        @Nullable LongAccumulator skipped)
        implements MapPartitionsFunction<Row, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        TaskScorer scorer = TaskScorer.open(request, TaskContext.get());
        return new ScoredPartition(rows, scorer, images, results, handleInvalid, skipped);
    }
}

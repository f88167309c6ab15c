package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.InterpretedProjection;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;

/**
 * What a task does with its partition. Made on the driver, serialised with the task.
 *
 * @param image computed of an input row
 * @param kept the input's columns that stay
 * @param input the input's columns
 */
record ScorePartition(
        Expression image, ScoringRequest request, Seq<Attribute> kept, Seq<Attribute> input, ScoringMetrics metrics)
        implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

    @Override
    public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        TaskContext task = TaskContext.get();
        TaskScorer scorer = TaskScorer.open(request, task);
        task.addTaskCompletionListener((TaskCompletionListener) ended -> metrics.add(scorer.counters()));
        return new ScoredRows(rows, scorer);
    }

    /** As {@link #call}, of rows that come as columns: an image's bytes are taken from their column as they are. */
    Iterator<InternalRow> ofBatches(Iterator<ColumnarBatch> batches) {
        return call(new BatchRows(batches));
    }

    /** A row that waits for its batch: its columns that stay, and its image. */
    private record Waiting(InternalRow row, ImageInput image, boolean missing) {}

    private final class ScoredRows implements Iterator<InternalRow> {

        private final Iterator<Scored<Waiting>> scores;
        private final TaskScorer scorer;
        private final JoinedRow joined = new JoinedRow();
        private final GenericInternalRow result = new GenericInternalRow(new @Nullable Object[1]);
        private final UnsafeProjection output;
        private boolean ended;

        ScoredRows(Iterator<InternalRow> rows, TaskScorer scorer) {
            this.scorer = scorer;
            this.output = outputProjection();
            Iterator<Waiting> waiting = waiting(rows);
            this.scores = scorer.score(waiting, Waiting::image);
        }

        @Override
        public boolean hasNext() {
            if (!ended && !scores.hasNext()) {
                ended = true;
                scorer.close();
            }
            return !ended;
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the partition has no more rows");
            }
            Scored<Waiting> scored = scores.next();
            result.update(0, scored.row().missing() ? null : RawScore.of(scored.score()));
            return output.apply(joined.apply(scored.row().row(), result));
        }
    }

    /** The input's rows, of which Spark reuses the memory: what must last until the batch is done is copied. */
    private Iterator<Waiting> waiting(Iterator<InternalRow> rows) {
        UnsafeProjection columns = UnsafeProjection.create(Plans.<Expression>upcast(kept), input);
        // Interpreted, so that the image's bytes are not copied into a row of their own and out of it again.
        InterpretedProjection content = new InterpretedProjection(ImageExpression.seq(List.of(image)), input);
        ImageValue value = new ImageValue(image.dataType(), request.options().limits());
        Function<InternalRow, Waiting> copy = row -> {
            Object pixels = content.apply(row).get(0, image.dataType());
            return new Waiting(columns.apply(row).copy(), value.read(pixels), pixels == null);
        };
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Waiting next() {
                return copy.apply(rows.next());
            }
        };
    }

    private UnsafeProjection outputProjection() {
        Attribute raw = new AttributeReference(
                "score",
                RawScore.TYPE,
                true,
                Metadata.empty(),
                NamedExpression.newExprId(),
                ImageExpression.seq(List.of()));
        Seq<Attribute> all = Plans.append(kept, raw);
        return UnsafeProjection.create(Plans.<Expression>upcast(all), all);
    }
}

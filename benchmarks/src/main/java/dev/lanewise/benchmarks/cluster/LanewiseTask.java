package dev.lanewise.benchmarks.cluster;

import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.arrow.score.ScoringCounters;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Our side: the scorer that all of Lanewise's doors to Spark share, whose counters the doors keep to themselves. */
record LanewiseTask(ScoringRequest request, TaskTimes times) implements MapPartitionsFunction<Row, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskScorer scorer = TaskScorer.open(request, TaskContext.get());
        Iterator<Scored<Row>> scores =
                scorer.score(new TimedRows<>(rows, times.read()), row -> new ImageInput.Encoded(row.getAs("content")));
        Iterator<Row> results = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return scores.hasNext();
            }

            @Override
            public Row next() {
                Scored<Row> scored = scores.next();
                ImageScore score = scored.score();
                return score.error() == null
                        ? RowFactory.create(scored.row().getAs("path"), score.prediction(), score.probability())
                        : RowFactory.create(scored.row().getAs("path"), null, null);
            }
        };
        return new ScoredRows(results, times.write(), () -> report(scorer.counters()));
    }

    private void report(ScoringCounters counters) {
        times.images().add(counters.images());
        times.invalid().add(counters.invalid());
        times.decode().add(counters.decodeNanos());
        times.pack().add(counters.packNanos());
        times.infer().add(counters.inferNanos());
    }
}

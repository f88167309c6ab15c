package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ScoringCounters;
import java.io.Serializable;
import java.util.LinkedHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

/** What the SQL tab shows of the scoring operator. Times are summed over threads and tasks. */
record ScoringMetrics(
        SQLMetric images,
        SQLMetric invalid,
        SQLMetric batches,
        SQLMetric decodeTime,
        SQLMetric packTime,
        SQLMetric inferTime)
        implements Serializable {

    static ScoringMetrics of(SparkContext context) {
        return new ScoringMetrics(
                SQLMetrics.createMetric(context, "images"),
                SQLMetrics.createMetric(context, "invalid images"),
                SQLMetrics.createMetric(context, "batches"),
                SQLMetrics.createNanoTimingMetric(context, "time to decode", 0),
                SQLMetrics.createNanoTimingMetric(context, "time to pack", 0),
                SQLMetrics.createNanoTimingMetric(context, "time to infer", 0));
    }

    Map<String, SQLMetric> byName() {
        java.util.Map<String, SQLMetric> metrics = new LinkedHashMap<>();
        metrics.put("images", images);
        metrics.put("invalid", invalid);
        metrics.put("batches", batches);
        metrics.put("decodeTime", decodeTime);
        metrics.put("packTime", packTime);
        metrics.put("inferTime", inferTime);
        return Map.from(CollectionConverters.asScala(metrics));
    }

    /** Adds what a task's scorer has done. */
    void add(ScoringCounters counters) {
        images.add(counters.images());
        invalid.add(counters.invalid());
        batches.add(counters.batches());
        decodeTime.add(counters.decodeNanos());
        packTime.add(counters.packNanos());
        inferTime.add(counters.inferNanos());
    }
}

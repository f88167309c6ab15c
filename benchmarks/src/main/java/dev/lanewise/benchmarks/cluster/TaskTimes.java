package dev.lanewise.benchmarks.cluster;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** Where the time of a pass's tasks went, in nanoseconds, and what they have done. Spark adds up what tasks report. */
record TaskTimes(
        LongAccumulator images,
        LongAccumulator invalid,
        LongAccumulator read,
        LongAccumulator decode,
        LongAccumulator pack,
        LongAccumulator infer,
        LongAccumulator write)
        implements Serializable {

    static TaskTimes of(SparkContext context) {
        return new TaskTimes(
                context.longAccumulator("images"),
                context.longAccumulator("invalid"),
                context.longAccumulator("read"),
                context.longAccumulator("decode"),
                context.longAccumulator("pack"),
                context.longAccumulator("infer"),
                context.longAccumulator("write"));
    }

    static double seconds(LongAccumulator nanos) {
        return nanos.sum() / 1e9;
    }
}

package dev.lanewise.spark.plugin;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.lanewise.spark.score.ExecutorTotals;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Totals as gauges of Spark's metrics system. */
final class TotalsMetrics {

    private TotalsMetrics() {}

    /** @param prefix of all names: in local mode driver and executor share one registry */
    static void register(MetricRegistry registry, String prefix, Supplier<ExecutorTotals> totals) {
        register(registry, prefix + "images", totals, ExecutorTotals::images);
        register(registry, prefix + "invalid", totals, ExecutorTotals::invalid);
        register(registry, prefix + "batches", totals, ExecutorTotals::batches);
        register(registry, prefix + "decodeMillis", totals, total -> millis(total.decodeNanos()));
        register(registry, prefix + "packMillis", totals, total -> millis(total.packNanos()));
        register(registry, prefix + "inferMillis", totals, total -> millis(total.inferNanos()));
    }

    private static void register(
            MetricRegistry registry,
            String name,
            Supplier<ExecutorTotals> totals,
            ToLongFunction<ExecutorTotals> value) {
        registry.register(name, (Gauge<Long>) () -> value.applyAsLong(totals.get()));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}

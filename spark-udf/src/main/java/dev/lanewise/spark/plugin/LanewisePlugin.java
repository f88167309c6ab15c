package dev.lanewise.spark.plugin;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Set {@code spark.plugins} to this class's name, and executors build the models that {@code spark.lanewise.model.<name>.path}
 * name as soon as they start, on a thread of its own; a task that comes earlier waits for the rest of that build. The driver
 * reads every model once. A model that cannot be read or built is a warning here and an error where a query uses it.
 *
 * <p>Spark's metrics system shows, as {@code plugin.dev.lanewise.spark.plugin.LanewisePlugin.<name>}, on every executor
 *
 * <ul>
 *   <li>{@code images}, {@code invalid}, {@code batches}: rows that went through, those of them without a score, batches
 *   <li>{@code decodeMillis}, {@code packMillis}, {@code inferMillis}: times, summed over threads
 *   <li>{@code models}, {@code modelBytes}: the models in memory and what they weigh
 *   <li>{@code arrowBytes}: the batches in memory
 *   <li>{@code scalarFallbacks}: convolutions for which no generated kernel would do, and which are slow; 0 if all is well
 * </ul>
 *
 * and on the driver the sums over all executors there ever were, such as {@code total.images}.
 *
 * @see <a href="https://spark.apache.org/docs/4.1.0/monitoring.html#metrics">Spark's metrics</a>
 */
public final class LanewisePlugin implements SparkPlugin {

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverSide();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorSide();
    }
}

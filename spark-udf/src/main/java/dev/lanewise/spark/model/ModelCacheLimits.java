package dev.lanewise.spark.model;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How long and how many models stay in an executor that nobody uses. Set for the whole application, when it starts.
 *
 * @param idleTimeout how long an unused model stays
 * @param bytes what all models may weigh, weights and plans
 */
public record ModelCacheLimits(Duration idleTimeout, long bytes) {

    public static final String IDLE_TIMEOUT = "spark.lanewise.model.idleTimeout";
    public static final String CACHE_BYTES = "spark.lanewise.model.cacheBytes";

    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(10);

    /** The share of the heap that models have by default: the rest is Spark's, and the batches'. */
    private static final double DEFAULT_SHARE = 0.3;

    /** The limits of the application that runs in this JVM. */
    static ModelCacheLimits current() {
        SparkEnv environment = SparkEnv.get();
        return of(environment == null ? new SparkConf(false) : environment.conf());
    }

    /** As {@link #current}, or the defaults where a value is wrong: for what must go on, after an earlier call has thrown. */
    static ModelCacheLimits inForce() {
        try {
            return current();
        } catch (IllegalArgumentException wrong) {
            return of(new SparkConf(false));
        }
    }

    /**
     * @throws IllegalArgumentException if a value is no time or no size, or not positive
     */
    public static ModelCacheLimits of(SparkConf conf) {
        long seconds = positive(
                IDLE_TIMEOUT,
                conf.contains(IDLE_TIMEOUT)
                        ? parsed(
                                conf,
                                IDLE_TIMEOUT,
                                "a time such as 600s or 10min",
                                () -> conf.getTimeAsSeconds(IDLE_TIMEOUT))
                        : DEFAULT_IDLE_TIMEOUT.toSeconds());
        long bytes = positive(
                CACHE_BYTES,
                conf.contains(CACHE_BYTES)
                        ? parsed(conf, CACHE_BYTES, "a size such as 512m or 2g", () -> conf.getSizeAsBytes(CACHE_BYTES))
                        : (long) (DEFAULT_SHARE * Runtime.getRuntime().maxMemory()));
        return new ModelCacheLimits(Duration.ofSeconds(seconds), bytes);
    }

    private static long parsed(SparkConf conf, String setting, String wanted, LongSupplier value) {
        try {
            return value.getAsLong();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(setting + " is '" + conf.get(setting) + "', which is not " + wanted, e);
        }
    }

    private static long positive(String setting, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + " must be at least 1, not " + value);
        }
        return value;
    }
}

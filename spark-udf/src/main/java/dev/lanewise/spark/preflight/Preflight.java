package dev.lanewise.spark.preflight;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.score.ScoringRequest;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/** Refuses what cannot fit: an executor that runs out of memory takes its other tasks along, and its successors too. */
public final class Preflight {

    private static final long MEBI = 1L << 20;

    /** What Spark and its JVM take of any heap. */
    private static final long RESERVED = 100 * MEBI;

    private Preflight() {}

    /**
     * Checks what tasks do batch by batch against the executors of an application; the model is built in this JVM.
     *
     * @param settings of the application
     * @throws ModelException if the model cannot be built
     * @throws IllegalArgumentException if it cannot fit; the message names the settings that would change that
     */
    public static void check(ScoringRequest request, SparkConf settings) {
        check(request, request.options(), settings);
    }

    /** As {@link #check(ScoringRequest, SparkConf)}, for tasks that have one image at a time, whatever a batch may hold. */
    public static void checkRowByRow(ScoringRequest request, SparkConf settings) {
        check(request, request.options().withBatchSize(1), settings);
    }

    private static void check(ScoringRequest request, ScoringOptions options, SparkConf settings) {
        ModelHandle model = request.model();
        check(model.name(), MemoryNeed.of(model.model(), model.bytes(), options), settings, request.threads());
    }

    /**
     * Checks a model's need against the executors of an application.
     *
     * @param model for the message
     * @param settings of the application
     * @param threads of one task; null if as many as its cores
     * @throws IllegalArgumentException if it cannot fit; the message names the settings that would change that
     */
    public static void check(String model, MemoryNeed need, SparkConf settings, @Nullable Integer threads) {
        ExecutorSize executor = ExecutorSize.of(settings);
        check(model, need, executor, threads == null ? executor.cpusPerTask() : threads);
    }

    /**
     * Checks a model's need against an executor.
     *
     * @param model for the message
     * @param threads of one task
     * @throws IllegalArgumentException if it cannot fit; the message names the settings that would change that
     */
    static void check(String model, MemoryNeed need, ExecutorSize executor, int threads) {
        long heap = need.heapBytes(executor.tasks(), threads) + RESERVED;
        if (heap > executor.heapBytes()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "model %s does not fit into executors with %s of heap and %d %s at a time: it needs %s (%s);"
                            + " raise %s to %s at least, or lower batchSize, maxBatchBytes, the threads of a task or the tasks"
                            + " of an executor (spark.executor.cores)",
                    model,
                    text(executor.heapBytes()),
                    executor.tasks(),
                    executor.tasks() == 1 ? "task" : "tasks",
                    text(heap),
                    breakdown(need, executor.tasks(), threads),
                    executor.heapSetting(),
                    setting(heap)));
        }
        long arrow = need.arrowBytes(executor.tasks());
        if (executor.overheadBytes().isPresent()
                && arrow > executor.overheadBytes().getAsLong()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "batches for model %s do not fit into executors with %s beside their heap: %d %s at a time need %s;"
                            + " raise spark.executor.memoryOverhead to %s at least, or lower batchSize or maxBatchBytes",
                    model,
                    text(executor.overheadBytes().getAsLong()),
                    executor.tasks(),
                    executor.tasks() == 1 ? "task" : "tasks",
                    text(arrow),
                    setting(arrow)));
        }
    }

    private static String breakdown(MemoryNeed need, int tasks, int threads) {
        return String.format(
                Locale.ROOT,
                "model file %s, weights %s, %d x (%d x arena %s + batch %s), Spark %s",
                text(need.modelBytes()),
                text(need.weightBytes()),
                tasks,
                threads,
                text(need.arenaBytes()),
                text(need.batchHeapBytes()),
                text(RESERVED));
    }

    private static String text(long bytes) {
        return bytes < 1024 * MEBI
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) MEBI)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (1024.0 * MEBI));
    }

    /** As Spark takes it: rounded up to 256 MiB. */
    private static String setting(long bytes) {
        return (bytes + 256 * MEBI - 1) / (256 * MEBI) * 256 + "m";
    }
}

package dev.lanewise.spark.preflight;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * What an executor has, by its settings.
 *
 * @param heapBytes of its JVM
 * @param heapSetting what sets them
 * @param overheadBytes that its container has beside the heap; empty where nothing limits them: a local or standalone Spark
 *     gives executors no container
 * @param tasks that run at a time, at least
 * @param cpusPerTask threads of a task unless set
 * @see <a href="https://spark.apache.org/docs/4.1.0/configuration.html">Spark's configuration</a>
 */
public record ExecutorSize(long heapBytes, String heapSetting, OptionalLong overheadBytes, int tasks, int cpusPerTask) {

    private static final long MEBI = 1L << 20;
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|\\d+)(?:,\\s*\\d+)?])?");

    /**
     * Reads the settings. Where executors take all cores of a worker, which the driver cannot know, one task is counted:
     * what does not fit then fits nowhere.
     */
    public static ExecutorSize of(SparkConf settings) {
        int cpus = Math.max(1, settings.getInt("spark.task.cpus", 1));
        Matcher local = LOCAL.matcher(settings.get("spark.master", "local"));
        if (local.matches()) {
            return new ExecutorSize(
                    Runtime.getRuntime().maxMemory(),
                    "the driver's heap (spark.driver.memory, or -Xmx)",
                    OptionalLong.empty(),
                    Math.max(1, threads(local.group(1)) / cpus),
                    cpus);
        }
        long heap = settings.getSizeAsMb("spark.executor.memory", "1g");
        int cores = settings.getInt("spark.executor.cores", cpus);
        return new ExecutorSize(
                heap * MEBI,
                "spark.executor.memory",
                hasContainers(settings)
                        ? OptionalLong.of(overheadMegabytes(settings, heap) * MEBI)
                        : OptionalLong.empty(),
                Math.max(1, cores / cpus),
                cpus);
    }

    private static int threads(@Nullable String count) {
        if (count == null) {
            return 1;
        }
        return count.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(count);
    }

    private static boolean hasContainers(SparkConf settings) {
        String master = settings.get("spark.master", "");
        return master.startsWith("yarn") || master.startsWith("k8s");
    }

    private static long overheadMegabytes(SparkConf settings, long heapMegabytes) {
        double factor = settings.getDouble("spark.executor.memoryOverheadFactor", 0.1);
        long least = settings.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
        long usual = Math.max(least, (long) (factor * heapMegabytes));
        return settings.getSizeAsMb("spark.executor.memoryOverhead", usual + "m")
                + settings.getSizeAsMb("spark.memory.offHeap.size", "0m");
    }
}

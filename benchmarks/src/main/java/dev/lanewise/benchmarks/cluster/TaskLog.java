package dev.lanewise.benchmarks.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.Success$;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Notes the end of every attempt at a task, as the driver sees it. */
final class TaskLog extends SparkListener {

    private final List<Attempt> attempts = new ArrayList<>();

    /**
     * One attempt; moments are the driver's, in milliseconds since 1970.
     *
     * @param runMillis what the executor spent on it
     * @param rows that it wrote
     */
    record Attempt(
            String executor, boolean succeeded, long launchMillis, long finishMillis, long runMillis, long rows) {}

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd ended) {
        TaskMetrics metrics = ended.taskMetrics();
        attempts.add(new Attempt(
                ended.taskInfo().executorId(),
                ended.reason().equals(Success$.MODULE$),
                ended.taskInfo().launchTime(),
                ended.taskInfo().finishTime(),
                metrics == null ? 0 : metrics.executorRunTime(),
                metrics == null ? 0 : metrics.outputMetrics().recordsWritten()));
    }

    /** How many did not succeed. */
    synchronized long failed() {
        return attempts.stream().filter(attempt -> !attempt.succeeded()).count();
    }

    /** Those that succeeded between two moments. */
    synchronized Span between(long startMillis, long endMillis) {
        return new Span(attempts.stream()
                .filter(attempt -> attempt.succeeded()
                        && attempt.launchMillis() >= startMillis
                        && attempt.finishMillis() <= endMillis)
                .toList());
    }

    /** The tasks of one job. */
    record Span(List<Attempt> attempts) {

        /** What each executor wrote. */
        Map<String, Long> rowsByExecutor() {
            Map<String, Long> rows = new TreeMap<>();
            attempts.forEach(attempt -> rows.merge(attempt.executor(), attempt.rows(), Long::sum));
            return rows;
        }

        /** The mean time of a task that is not the executor's work on it: sent, unpacked, its end reported. */
        double overheadMillis() {
            return attempts.stream()
                    .mapToLong(attempt -> attempt.finishMillis() - attempt.launchMillis() - attempt.runMillis())
                    .average()
                    .orElse(0);
        }

        /** By how much the task that took longest is above the mean, as a factor. */
        double skew() {
            double mean =
                    attempts.stream().mapToLong(Attempt::runMillis).average().orElse(0);
            long longest = attempts.stream().mapToLong(Attempt::runMillis).max().orElse(0);
            return mean == 0 ? 1 : longest / mean;
        }

        long firstLaunchMillis(long otherwise) {
            return attempts.stream().mapToLong(Attempt::launchMillis).min().orElse(otherwise);
        }

        long lastFinishMillis(long otherwise) {
            return attempts.stream().mapToLong(Attempt::finishMillis).max().orElse(otherwise);
        }
    }
}

package dev.lanewise.benchmarks.cluster;

/**
 * What a job costs beside the work on its images. All but the first two are of the timed pass.
 *
 * @param executorSeconds from the driver's start of Spark until the last executor was registered
 * @param listSeconds the driver's listing of the images
 * @param tasks that the pass had
 * @param taskMillis what a task costs beside the executor's work on it, on average: sent, unpacked, its end reported
 * @param skew the time of the longest task by the mean
 * @param planSeconds until the first task was sent
 * @param commitSeconds from the last task's end until the output was there: the renames
 */
public record JobCosts(
        double executorSeconds,
        double listSeconds,
        int tasks,
        double taskMillis,
        double skew,
        double planSeconds,
        double commitSeconds) {

    static JobCosts of(
            double executorSeconds, double listSeconds, TaskLog.Span tasks, long startMillis, long endMillis) {
        return new JobCosts(
                executorSeconds,
                listSeconds,
                tasks.attempts().size(),
                tasks.overheadMillis(),
                tasks.skew(),
                (tasks.firstLaunchMillis(startMillis) - startMillis) / 1e3,
                (endMillis - tasks.lastFinishMillis(endMillis)) / 1e3);
    }
}

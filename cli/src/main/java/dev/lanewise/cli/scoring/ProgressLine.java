package dev.lanewise.cli.scoring;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Option;
import scala.Tuple4;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Tells how far a job is: tasks done, images read, images a second. On a terminal one line that is written over, else
 * a line every few seconds. What it counts is for the eye only: the images of a task that is run again may show twice.
 */
final class ProgressLine extends SparkListener implements AutoCloseable {

    private static final String RECORDS_READ = "internal.metrics.input.recordsRead";
    private static final long TERMINAL_MILLIS = 500;
    private static final long LINE_MILLIS = 5000;

    private final PrintWriter err;
    private final long images;
    private final long before;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private final Thread painter;
    private final Map<Long, Long> readByRunningTask = new HashMap<>();
    private final Set<Integer> stages = new HashSet<>();
    private long readByEndedTasks;
    private int tasks;
    private int tasksDone;
    private int chunks;
    private int painted;
    private boolean closed;

    /**
     * @param images how many there are in all
     * @param before those of them that an earlier run has scored
     */
    ProgressLine(PrintWriter err, long images, long before) {
        this(err, images, before, Terminal.isStderr());
    }

    ProgressLine(PrintWriter err, long images, long before, boolean terminal) {
        this.err = err;
        this.images = images;
        this.before = before;
        this.terminal = terminal;
        painter = new Thread(this::paintUntilClosed, "lanewise progress");
        painter.setDaemon(true);
        painter.start();
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
        if (stages.add(event.stageInfo().stageId())) {
            tasks += event.stageInfo().numTasks();
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
        readByRunningTask.remove(event.taskInfo().taskId());
        if (event.taskInfo().successful()) {
            tasksDone++;
            if (event.taskMetrics() != null) {
                readByEndedTasks += event.taskMetrics().inputMetrics().recordsRead();
            }
        }
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate event) {
        for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> update :
                CollectionConverters.asJava(event.accumUpdates())) {
            for (AccumulableInfo value : CollectionConverters.asJava(update._4())) {
                Option<Object> read = value.update();
                if (value.name().contains(RECORDS_READ) && read.isDefined() && read.get() instanceof Long count) {
                    readByRunningTask.put((Long) update._1(), count);
                }
            }
        }
    }

    synchronized void chunkCommitted() {
        chunks++;
    }

    /** Takes the line off a terminal; nothing is written after it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (painted > 0) {
                err.print("\r" + " ".repeat(painted) + "\r");
                err.flush();
            }
            notifyAll();
        }
    }

    private synchronized void paintUntilClosed() {
        try {
            while (true) {
                wait(terminal ? TERMINAL_MILLIS : LINE_MILLIS);
                if (closed) {
                    return;
                }
                if (tasks > 0) {
                    paint();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void paint() {
        String line = text();
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, painted - line.length())));
            err.flush();
            painted = line.length();
        } else {
            err.println(line);
        }
    }

    synchronized String text() {
        long read = readByEndedTasks
                + readByRunningTask.values().stream().mapToLong(Long::longValue).sum();
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(
                Locale.ROOT,
                "scoring: %,d of %,d images%s, %d of %d tasks, %s images/s",
                Math.min(before + read, images),
                images,
                chunks == 0 ? "" : ", " + (chunks == 1 ? "1 chunk" : chunks + " chunks") + " committed",
                tasksDone,
                tasks,
                ScoringSummary.rate(read, seconds));
    }
}

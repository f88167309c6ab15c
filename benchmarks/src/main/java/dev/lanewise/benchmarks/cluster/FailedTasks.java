package dev.lanewise.benchmarks.cluster;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts the tasks that did not succeed. */
final class FailedTasks extends SparkListener {

    private final AtomicLong count = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
        if (!ended.reason().equals(Success$.MODULE$)) {
            count.incrementAndGet();
        }
    }

    long count() {
        return count.get();
    }
}

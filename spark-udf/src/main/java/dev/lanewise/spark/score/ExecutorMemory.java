package dev.lanewise.spark.score;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Arrow memory that Lanewise holds in this JVM. Every task has an allocator of its own, closed when the task ends;
 * between jobs nothing stays allocated.
 */
public final class ExecutorMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorMemory.class);
    private static final AtomicLong LEAKED = new AtomicLong();

    private ExecutorMemory() {}

    /** The bytes that running tasks of this JVM hold now. */
    public static long allocatedBytes() {
        return Root.ALLOCATOR.getAllocatedMemory();
    }

    /** The bytes that ended tasks of this JVM failed to give back, ever; anything but 0 is a defect. */
    public static long leakedBytes() {
        return LEAKED.get();
    }

    public static BufferAllocator openTask(String name) {
        return Root.ALLOCATOR.newChildAllocator(name, 0, Long.MAX_VALUE);
    }

    /** Closes a task's allocator. A leak does not fail the task, whose rows are right all the same. */
    public static void closeTask(BufferAllocator task) {
        long left = task.getAllocatedMemory();
        try {
            task.close();
        } catch (IllegalStateException leak) {
            LEAKED.addAndGet(left);
            LOG.error("{} left {} bytes of Arrow memory allocated", task.getName(), left, leak);
        }
    }

    /** Apart, so that loading the outer class on a driver initialises no off-heap memory. */
    private static final class Root {
        private static final RootAllocator ALLOCATOR = new RootAllocator();
    }
}

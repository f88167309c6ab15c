package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.score.ExecutorMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** What the tasks of this JVM hold: Arrow memory, and threads. */
final class ArrowMemory {

    private ArrowMemory() {}

    static void awaitSome() throws InterruptedException {
        await("a batch in memory", () -> ExecutorMemory.allocatedBytes() > 0);
    }

    /** No task has memory or threads any more; a job that fails or is cancelled returns before the last of its tasks ends. */
    static void assertAllReturned() throws InterruptedException {
        await("the memory's return", () -> ExecutorMemory.allocatedBytes() == 0);
        assertEquals(0, ExecutorMemory.leakedBytes());
        await("the threads' end", () -> threads("lanewise-worker") == 0);
    }

    /** How many threads of this JVM have names that begin so. */
    static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    static void await(String what, BooleanSupplier happened) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (!happened.getAsBoolean()) {
            assertTrue(Instant.now().isBefore(deadline), "waited in vain for " + what);
            Thread.sleep(10);
        }
    }
}

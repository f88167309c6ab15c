package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.score.ExecutorMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** What the tasks of this JVM hold in Arrow memory. */
final class ArrowMemory {

    private ArrowMemory() {}

    static void awaitSome() throws InterruptedException {
        await("a batch in memory", () -> ExecutorMemory.allocatedBytes() > 0);
    }

    /** A job that fails or is cancelled returns to its caller before the last of its tasks has ended. */
    static void assertAllReturned() throws InterruptedException {
        await("the memory's return", () -> ExecutorMemory.allocatedBytes() == 0);
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    private static void await(String what, BooleanSupplier happened) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (!happened.getAsBoolean()) {
            assertTrue(Instant.now().isBefore(deadline), "waited in vain for " + what);
            Thread.sleep(10);
        }
    }
}

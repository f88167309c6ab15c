package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The models are arrays here, which weigh their length. */
class LeasedModelsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final AtomicLong now = new AtomicLong(1L << 40);
    private final LeasedModels<String, byte[]> models =
            new LeasedModels<>(() -> new ModelCacheLimits(TIMEOUT, 100), model -> model.length, now::get);

    @Test
    void anIdleModelGoesAfterTheTimeout() {
        byte[] first = use("a", 10);
        pass(TIMEOUT.minusSeconds(1));
        assertEquals(Optional.of(Duration.ofSeconds(1).toNanos()), models.evictIdle());
        assertSame(first, use("a", 10));
        pass(TIMEOUT);
        assertEquals(Optional.empty(), models.evictIdle());
        assertEquals(0, models.size());
        assertEquals(0, models.totalWeight());
        assertNotSame(first, use("a", 10));
    }

    @Test
    void aModelInUseStaysHoweverLongAndHeavy() {
        Lease<byte[]> lease = lease("a", 1000);
        pass(TIMEOUT.multipliedBy(10));
        assertEquals(Optional.of(TIMEOUT.toNanos()), models.evictIdle());
        use("b", 1000);
        use("c", 1000);
        assertSame(lease.model(), use("a", 1000));
        lease.close();
        pass(TIMEOUT);
        models.evictIdle();
        assertEquals(0, models.size());
    }

    @Test
    void aboveTheLimitTheOnesUnusedForLongestGo() {
        byte[] a = use("a", 40);
        byte[] b = use("b", 40);
        assertSame(a, use("a", 40));
        use("c", 40);
        assertEquals(80, models.totalWeight());
        assertSame(a, use("a", 40));
        assertNotSame(b, use("b", 40));
    }

    @Test
    void theLastModelStaysThoughItAloneIsTooHeavy() {
        byte[] large = use("large", 1000);
        assertSame(large, use("large", 1000));
        use("small", 1);
        assertEquals(1, models.totalWeight());
    }

    @Test
    void aLeaseIsGivenBackOnce() {
        Lease<byte[]> first = lease("a", 10);
        Lease<byte[]> second = lease("a", 10);
        first.close();
        first.close();
        pass(TIMEOUT);
        models.evictIdle();
        assertSame(second.model(), use("a", 10));
    }

    @Test
    void whoWaitsForABuildCanBeCancelled() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch built = new CountDownLatch(1);
        AtomicBoolean killed = new AtomicBoolean();
        ExecutorService tasks = Executors.newFixedThreadPool(2);
        try {
            Future<byte[]> builder = tasks.submit(() -> {
                try (Lease<byte[]> lease = models.lease(
                        "a",
                        () -> {
                            building.countDown();
                            awaitOrFail(built);
                            return new byte[1];
                        },
                        () -> false)) {
                    return lease.model();
                }
            });
            building.await();
            Future<Throwable> waiting = tasks.submit(
                    () -> assertThrows(CancellationException.class, () -> models.lease("a", () -> null, killed::get)));
            killed.set(true);
            waiting.get();
            built.countDown();
            builder.get();
            pass(TIMEOUT);
            models.evictIdle();
            assertEquals(0, models.size(), "the one that was cancelled still holds it");
        } finally {
            tasks.shutdownNow();
        }
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Lease<byte[]> lease(String key, int weight) {
        return models.lease(key, () -> new byte[weight], () -> false);
    }

    private byte[] use(String key, int weight) {
        try (Lease<byte[]> lease = lease(key, weight)) {
            return lease.model();
        }
    }
}

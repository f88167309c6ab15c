package dev.lanewise.kernels.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void returnsResultsInOrder(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            for (int tasks : new int[] {0, 1, 2, 100}) {
                List<Integer> squares = pool.map(tasks, i -> i * i);
                assertEquals(IntStream.range(0, tasks).mapToObj(i -> i * i).toList(), squares);
            }
        }
    }

    @Test
    void oneThreadIsTheCallingOne() {
        try (WorkerPool pool = new WorkerPool(1)) {
            for (Thread thread : pool.map(3, i -> Thread.currentThread())) {
                assertSame(Thread.currentThread(), thread);
            }
        }
    }

    @Test
    void threadsWorkTogetherAndEndOnClose() throws Exception {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        try (WorkerPool pool = new WorkerPool(3)) {
            CountDownLatch allThere = new CountDownLatch(3);
            pool.map(3, i -> {
                seen.add(Thread.currentThread());
                allThere.countDown();
                awaitQuietly(allThere);
                return i;
            });
        }
        assertEquals(3, seen.size());
        assertTrue(seen.remove(Thread.currentThread()));
        for (Thread helper : seen) {
            assertTrue(helper.isDaemon());
            assertTrue(helper.getName().matches("lanewise-worker-[12]"), helper.getName());
            helper.join(10_000);
            assertFalse(helper.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void throwsTheFailureAndLeavesTheRestOut(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            AtomicInteger begun = new AtomicInteger();
            IllegalStateException failure = assertThrows(
                    IllegalStateException.class,
                    () -> pool.map(1_000_000, i -> {
                        begun.incrementAndGet();
                        throw new IllegalStateException("task " + i);
                    }));
            assertEquals("task 0", failure.getMessage());
            assertTrue(begun.get() <= threads, begun + " tasks began");
        }
    }

    @Test
    void waitsForRunningTasksWhenInterrupted() throws Exception {
        try (WorkerPool pool = new WorkerPool(2)) {
            AtomicBoolean finished = new AtomicBoolean();
            AtomicBoolean cancelled = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            Thread caller = new Thread(() -> {
                Thread self = Thread.currentThread();
                try {
                    pool.map(2, i -> {
                        awaitBoth(self, begun, release);
                        finished.set(Thread.currentThread() != self || finished.get());
                        return i;
                    });
                } catch (CancellationException e) {
                    cancelled.set(finished.get() && self.isInterrupted());
                }
            });
            caller.start();
            begun.await();
            caller.interrupt();
            release.countDown();
            caller.join(20_000);
            assertTrue(cancelled.get());
        }
    }

    @Test
    void severalCallersShareAPool() throws Exception {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicInteger failed = new AtomicInteger();
            List<Thread> callers = IntStream.range(0, 4)
                    .mapToObj(caller -> new Thread(() -> {
                        for (int call = 0; call < 2_000; call++) {
                            List<Integer> results = pool.map(1 + call % 7, i -> i + 1);
                            if (results.size() != 1 + call % 7 || results.contains(null)) {
                                failed.incrementAndGet();
                            }
                        }
                    }))
                    .toList();
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(0, failed.get());
        }
    }

    @Test
    void threadsThatSleepWakeUpForWork() throws Exception {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int call = 0; call < 20; call++) {
                CountDownLatch both = new CountDownLatch(2);
                // Far longer than a thread looks for work.
                Thread.sleep(5);
                pool.map(2, i -> {
                    both.countDown();
                    awaitQuietly(both);
                    return i;
                });
            }
        }
    }

    @Test
    void rejectsNoThreads() {
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
    }

    /** The caller's own task ends at once; the helper's waits until the caller has been interrupted. */
    private static void awaitBoth(Thread caller, CountDownLatch begun, CountDownLatch release) {
        if (Thread.currentThread() != caller) {
            begun.countDown();
            awaitQuietly(release);
        } else {
            awaitQuietly(begun);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

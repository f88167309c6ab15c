package dev.lanewise.kernels.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads, the calling one included: a pool of one thread starts none. The others are daemons named
 * {@code lanewise-worker-N} and end with {@link #close}.
 */
public final class WorkerPool implements AutoCloseable {

    private final int threads;
    private final @Nullable ExecutorService helpers;

    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        this.threads = threads;
        AtomicInteger started = new AtomicInteger();
        this.helpers = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads - 1, work -> {
                    Thread thread = new Thread(work, "lanewise-worker-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    public int threads() {
        return threads;
    }

    /**
     * Runs tasks 0 to {@code tasks - 1}, each on any of the threads, and returns when none runs any more, also on
     * failure: what the tasks use may be freed then. Must not be called from within a task.
     *
     * @return the tasks' results, in order
     * @throws CancellationException if the calling thread was interrupted while it waited; it stays interrupted
     * @throws RuntimeException or an Error: that of the first task that failed; tasks not yet begun are left out
     */
    public <T> List<T> map(int tasks, IntFunction<? extends T> task) {
        Run<T> run = new Run<>(tasks, task);
        int helping = Math.min(threads, tasks) - 1;
        CountDownLatch running = new CountDownLatch(Math.max(0, helping));
        if (helpers != null) {
            for (int i = 0; i < helping; i++) {
                helpers.execute(() -> {
                    try {
                        run.work();
                    } finally {
                        running.countDown();
                    }
                });
            }
        }
        run.work();
        boolean interrupted = false;
        while (true) {
            try {
                running.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                run.stop();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        return run.results();
    }

    /** Ends the threads; a second call does nothing. */
    @Override
    public void close() {
        if (helpers != null) {
            helpers.shutdown();
        }
    }

    /** One call of {@link #map}: every thread takes the next task until there is none. */
    private static final class Run<T> {

        private final int tasks;
        private final IntFunction<? extends T> task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReferenceArray<@Nullable Object> results;
        private final AtomicReferenceArray<@Nullable Throwable> failures;

        Run(int tasks, IntFunction<? extends T> task) {
            this.tasks = tasks;
            this.task = task;
            this.results = new AtomicReferenceArray<>(tasks);
            this.failures = new AtomicReferenceArray<>(tasks);
        }

        void work() {
            for (int index = next.getAndIncrement(); index < tasks; index = next.getAndIncrement()) {
                try {
                    results.set(index, task.apply(index));
                } catch (RuntimeException | Error failure) {
                    failures.set(index, failure);
                    stop();
                }
            }
        }

        /** Far enough from the largest integer for every thread to count on. */
        void stop() {
            next.set(Integer.MAX_VALUE / 2);
        }

        @SuppressWarnings("unchecked") // only the task's own results are in there
        List<T> results() {
            List<T> all = new ArrayList<>(tasks);
            for (int index = 0; index < tasks; index++) {
                Throwable failure = failures.get(index);
                if (failure instanceof RuntimeException exception) {
                    throw exception;
                } else if (failure instanceof Error error) {
                    throw error;
                }
            }
            for (int index = 0; index < tasks; index++) {
                all.add((T) results.get(index));
            }
            return all;
        }
    }
}

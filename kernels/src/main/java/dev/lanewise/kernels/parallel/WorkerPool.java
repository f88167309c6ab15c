package dev.lanewise.kernels.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads, the calling one included: a pool of one thread starts none. The others are daemons named
 * {@code lanewise-worker-N} and end with {@link #close}.
 *
 * <p>The layers of a network follow one another within microseconds, while a thread that sleeps takes time to wake up: on
 * the machine of the benchmarks, a virtual one, a second thread gained nothing in work of a millisecond. So threads look for
 * work a moment longer before they sleep, and nobody waits for one that has not begun.
 */
public final class WorkerPool implements AutoCloseable {

    /** How long a thread looks for work before it sleeps, in nanoseconds. */
    private static final long PATIENCE = 500_000;

    private final List<Worker> workers = new ArrayList<>();
    /** Calls that could do with another thread, each as often as it could. */
    private final Queue<Run<?>> offered = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;

    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        for (int number = 1; number < threads; number++) {
            Worker worker = new Worker("lanewise-worker-" + number);
            workers.add(worker);
            worker.start();
        }
    }

    public int threads() {
        return workers.size() + 1;
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
        int helping = Math.min(threads(), tasks) - 1;
        for (int i = 0; i < helping; i++) {
            offered.add(run);
        }
        for (int i = 0; i < helping; i++) {
            workers.get(i).wake();
        }
        run.work();
        boolean interrupted = run.close();
        for (int i = 0; i < helping && offered.remove(run); i++) {
            // Nobody took it: there is nothing left to do.
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
        closed = true;
        workers.forEach(LockSupport::unpark);
    }

    /** Takes part in the calls that are offered. */
    private final class Worker extends Thread {

        private volatile boolean sleeps;

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        void wake() {
            if (sleeps) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                Run<?> run = next();
                if (run != null && run.enter()) {
                    run.work();
                    run.leave();
                }
                // An interrupt that a task left behind would keep the thread from ever sleeping.
                interrupted();
            }
        }

        /** Null after a while in which there was nothing. */
        private @Nullable Run<?> next() {
            long until = System.nanoTime() + PATIENCE;
            do {
                Run<?> run = offered.poll();
                if (run != null) {
                    return run;
                }
                Thread.onSpinWait();
            } while (!closed && System.nanoTime() - until < 0);
            sleeps = true;
            // Whoever offers something after this look sees a thread that sleeps.
            if (offered.isEmpty() && !closed) {
                LockSupport.park(WorkerPool.this);
            }
            sleeps = false;
            return offered.poll();
        }
    }

    /** One call of {@link #map}: every thread takes the next task until there is none. */
    private static final class Run<T> {

        private static final int CLOSED = 1 << 30;

        private final int tasks;
        private final IntFunction<? extends T> task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReferenceArray<@Nullable Object> results;
        private final AtomicReferenceArray<@Nullable Throwable> failures;
        private final Thread caller = Thread.currentThread();
        /** The workers that take part at the moment; with {@link #CLOSED} none may begin any more. */
        private final AtomicInteger active = new AtomicInteger();

        Run(int tasks, IntFunction<? extends T> task) {
            this.tasks = tasks;
            this.task = task;
            this.results = new AtomicReferenceArray<>(tasks);
            this.failures = new AtomicReferenceArray<>(tasks);
        }

        /** Whether a worker may take part: not once the caller has found nothing left to do. */
        boolean enter() {
            return active.getAndUpdate(count -> count >= CLOSED ? count : count + 1) < CLOSED;
        }

        void leave() {
            if (active.decrementAndGet() == CLOSED) {
                LockSupport.unpark(caller);
            }
        }

        /**
         * Waits for the workers that take part.
         *
         * @return whether the caller was interrupted meanwhile, or before
         */
        boolean close() {
            boolean interrupted = Thread.interrupted();
            if (interrupted) {
                stop();
            }
            long until = System.nanoTime() + PATIENCE;
            for (int count = active.addAndGet(CLOSED); count > CLOSED; count = active.get()) {
                if (System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
                if (Thread.interrupted()) {
                    interrupted = true;
                    stop();
                }
            }
            return interrupted;
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

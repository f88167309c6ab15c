package dev.lanewise.spark.score;

import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.arrow.score.ScoringCounters;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.Lease;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the images of one task, and stops when Spark kills the task. Whatever becomes of the task, its end closes the
 * scorer, also while another thread (that of a Python worker) is still reading: its batch then stops at the next step. No
 * lock is held while rows are read or a model is built, so that the end of a task waits for arithmetic alone.
 */
public final class TaskScorer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskScorer.class);

    /** Those that functions called row by row share, until their tasks end. */
    private static final Map<TaskContext, Map<ScoringRequest, TaskScorer>> SHARED = new ConcurrentHashMap<>();

    private final Lease<Model> model;
    private final ImageScorer scorer;
    private final BufferAllocator memory;
    private final BooleanSupplier killed;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TaskScorer(Lease<Model> model, ImageScorer scorer, BufferAllocator memory, BooleanSupplier killed) {
        this.model = model;
        this.scorer = scorer;
        this.memory = memory;
        this.killed = killed;
    }

    /**
     * A scorer of the task's own, which the task's end closes at the latest.
     *
     * @throws ModelException if the model cannot be built
     * @throws IllegalArgumentException if the model and the options do not fit each other
     * @throws TaskKilledException if the task is killed while it waits for the model
     */
    public static TaskScorer open(ScoringRequest request, TaskContext task) {
        CollectorCheck.warnOnce();
        TaskScorer opened = open(
                request,
                request.optionsOf(task).threads(),
                "lanewise task " + task.taskAttemptId(),
                task::isInterrupted);
        // Runs whatever happens: success, failure, a killed task, and a limit that stops reading half-way.
        task.addTaskCompletionListener((TaskCompletionListener) ended -> opened.close());
        return opened;
    }

    /**
     * Scores a single image, with a scorer that all such calls of the running task share; outside of a task with one that
     * is closed at once.
     */
    public static ImageScore scoreAlone(ScoringRequest request, ImageInput image) {
        TaskContext task = TaskContext.get();
        if (task == null) {
            try (TaskScorer scorer = open(request, 1, "lanewise driver", () -> false)) {
                return scorer.score(image);
            }
        }
        return shared(request, task).score(image);
    }

    private static TaskScorer shared(ScoringRequest request, TaskContext task) {
        Map<ScoringRequest, TaskScorer> scorers = SHARED.get(task);
        if (scorers == null) {
            scorers = new ConcurrentHashMap<>();
            Map<ScoringRequest, TaskScorer> others = SHARED.putIfAbsent(task, scorers);
            if (others == null) {
                task.addTaskCompletionListener((TaskCompletionListener) ended -> SHARED.remove(ended));
            } else {
                scorers = others;
            }
        }
        // The task's own threads alone wait here, while one of them opens the scorer.
        return scorers.computeIfAbsent(request, wanted -> open(wanted, task));
    }

    private static TaskScorer open(ScoringRequest request, int threads, String name, BooleanSupplier killed) {
        Lease<Model> model = cancellable(killed, () -> request.model().lease(killed));
        try {
            BufferAllocator memory = ExecutorMemory.openTask(name);
            try {
                ImageScorer scorer =
                        ImageScorer.of(model.model(), request.options().withThreads(threads), memory, killed);
                ExecutorTotals.opened(scorer.counters());
                return new TaskScorer(model, scorer, memory, killed);
            } catch (RuntimeException | Error e) {
                ExecutorMemory.closeTask(memory);
                throw e;
            }
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /**
     * Scores the rows, in order; a row whose image cannot be scored is kept, with the reason as its score's error.
     *
     * @param rows read by the calling thread alone, at most one batch and one row ahead
     * @param image finds a row's image
     */
    public <T> Iterator<Scored<T>> score(Iterator<T> rows, Function<? super T, ImageInput> image) {
        Iterator<Scored<T>> scores = scorer.score(new Killable<>(rows), image);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return cancellable(killed, () -> !closed.get() && scores.hasNext());
            }

            @Override
            public Scored<T> next() {
                return cancellable(killed, scores::next);
            }
        };
    }

    /** Scores one image. */
    public ImageScore score(ImageInput image) {
        return cancellable(killed, () -> scorer.score(image));
    }

    /** What has been done so far. */
    public ScoringCounters counters() {
        return scorer.counters();
    }

    /** Stops a batch in work and waits for that, then frees all that the scorer holds; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            scorer.close();
        } catch (RuntimeException leak) {
            // The task's allocator below names and counts what is left.
            LOG.debug("{} did not give all memory back", memory.getName(), leak);
        } finally {
            ExecutorMemory.closeTask(memory);
            ExecutorTotals.closed(scorer.counters());
            model.close();
        }
    }

    /** Of one thread, so that Spark sees a killed task as killed, not as failed. */
    private static <R> R cancellable(BooleanSupplier killed, Supplier<R> scoring) {
        try {
            return scoring.get();
        } catch (CancellationException cancelled) {
            throw killed.getAsBoolean() ? new TaskKilledException("the task was killed") : cancelled;
        }
    }

    /** The rows, until the task is killed: a batch takes long, and not every source looks for itself. */
    private final class Killable<T> implements Iterator<T> {

        private final Iterator<T> rows;

        Killable(Iterator<T> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            if (killed.getAsBoolean() || closed.get()) {
                throw new TaskKilledException("the task was killed or has ended");
            }
            return rows.hasNext();
        }

        @Override
        public T next() {
            return rows.next();
        }
    }
}

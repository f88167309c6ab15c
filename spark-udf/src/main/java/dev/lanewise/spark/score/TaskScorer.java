package dev.lanewise.spark.score;

import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.arrow.score.ScoringCounters;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Scores the images of one task, and stops when Spark kills the task. Whatever becomes of the task, its end closes the
 * scorer. Locked, since Spark may read a partition on another thread (that of a Python worker) than the one that ends the
 * task.
 */
public final class TaskScorer implements AutoCloseable {

    /** Those that functions called row by row share, until their tasks end. */
    private static final Map<TaskContext, Map<ScoringRequest, TaskScorer>> SHARED = new WeakHashMap<>();

    private final ImageScorer scorer;
    private final BufferAllocator memory;
    private final BooleanSupplier killed;
    private boolean closed;

    private TaskScorer(ImageScorer scorer, BufferAllocator memory, BooleanSupplier killed) {
        this.scorer = scorer;
        this.memory = memory;
        this.killed = killed;
    }

    /**
     * A scorer of the task's own, which the task's end closes at the latest.
     *
     * @throws ModelException if the model cannot be built
     * @throws IllegalArgumentException if the model and the options do not fit each other
     */
    public static TaskScorer open(ScoringRequest request, TaskContext task) {
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
        synchronized (SHARED) {
            Map<ScoringRequest, TaskScorer> scorers = SHARED.computeIfAbsent(task, ending -> {
                ending.addTaskCompletionListener((TaskCompletionListener) ended -> forget(ended));
                return new HashMap<>();
            });
            return scorers.computeIfAbsent(request, wanted -> open(wanted, task));
        }
    }

    private static void forget(TaskContext ended) {
        synchronized (SHARED) {
            SHARED.remove(ended);
        }
    }

    private static TaskScorer open(ScoringRequest request, int threads, String name, BooleanSupplier killed) {
        Model model = request.model().model();
        BufferAllocator memory = ExecutorMemory.openTask(name);
        try {
            return new TaskScorer(
                    ImageScorer.of(model, request.options().withThreads(threads), memory, killed), memory, killed);
        } catch (RuntimeException | Error e) {
            ExecutorMemory.closeTask(memory);
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
                return locked(() -> !closed && scores.hasNext());
            }

            @Override
            public Scored<T> next() {
                return locked(scores::next);
            }
        };
    }

    /** Scores one image. */
    public ImageScore score(ImageInput image) {
        return locked(() -> scorer.score(image));
    }

    /** What has been done so far. */
    public ScoringCounters counters() {
        return scorer.counters();
    }

    /** Waits for a batch in work, then frees all that the scorer holds; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            scorer.close();
        } finally {
            ExecutorMemory.closeTask(memory);
        }
    }

    private synchronized <R> R locked(Supplier<R> scoring) {
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
            if (killed.getAsBoolean()) {
                throw new TaskKilledException("the task was killed");
            }
            return rows.hasNext();
        }

        @Override
        public T next() {
            return rows.next();
        }
    }
}

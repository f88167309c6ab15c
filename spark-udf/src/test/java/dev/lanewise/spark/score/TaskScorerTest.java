package dev.lanewise.spark.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.arrow.score.Scored;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.spark.LocalSpark;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.model.ModelHandle;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import scala.Option;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskScorerTest {

    private static final ImageInput IMAGE = new ImageInput.Decoded(new Pixels(28, 28, 1, new byte[28 * 28]));

    private final SparkContext context = SparkContext.getOrCreate(LocalSpark.settings(1));
    private final ScoringRequest request = new ScoringRequest(
            ModelHandle.of(
                    context,
                    ModelSource.read(Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx")),
                    ModelOptions.DEFAULT),
            ScoringOptions.of(Preprocessing.preset("unit")).withBatchSize(4),
            1);

    @AfterAll
    void stop() {
        context.stop();
    }

    @AfterEach
    void nothingStaysAllocated() {
        TaskContext$.MODULE$.unset();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void theTasksEndClosesItAndItsWorkCounts() {
        ExecutorTotals before = ExecutorTotals.current();
        TaskContextImpl task = task();
        TaskScorer scorer = TaskScorer.open(request, task);
        assertEquals(null, scorer.score(IMAGE).error());
        assertEquals(before.images() + 1, ExecutorTotals.current().images());
        end(task);
        assertEquals(before.images() + 1, ExecutorTotals.current().images());
        assertTrue(ExecutorTotals.current().inferNanos() > before.inferNanos());
        assertThrows(IllegalStateException.class, () -> scorer.score(IMAGE));
    }

    @Test
    void aTaskThatEndsDoesNotWaitForRowsThatAnotherThreadIsReading() throws Exception {
        TaskContextImpl task = task();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch upstream = new CountDownLatch(1);
        ExecutorService python = Executors.newSingleThreadExecutor();
        try {
            TaskScorer scorer = TaskScorer.open(request, task);
            Iterator<Scored<ImageInput>> scores = scorer.score(blocking(reading, upstream), image -> image);
            Future<Boolean> reader = python.submit(scores::hasNext);
            reading.await();
            end(task);
            assertEquals(0, ExecutorMemory.allocatedBytes());
            upstream.countDown();
            // Whatever it is, it is no score of memory that has been freed.
            ExecutionException failure = assertThrows(ExecutionException.class, reader::get);
            assertNotNull(failure.getCause());
            assertFalse(scores.hasNext());
        } finally {
            python.shutdownNow();
        }
    }

    @Test
    void aKilledTaskIsKilledAndNotFailed() {
        TaskContextImpl task = task();
        TaskScorer scorer = TaskScorer.open(request, task);
        Iterator<Scored<ImageInput>> scores = scorer.score(forever(), image -> image);
        assertTrue(scores.hasNext());
        task.markInterrupted("enough");
        assertInstanceOf(
                TaskKilledException.class,
                assertThrows(RuntimeException.class, () -> scores.forEachRemaining(x -> {})));
        end(task);
    }

    @Test
    void functionsCalledRowByRowShareTheTasksScorer() {
        TaskContextImpl task = task();
        TaskContext$.MODULE$.setTaskContext(task);
        ExecutorTotals before = ExecutorTotals.current();
        ImageScore first = TaskScorer.scoreAlone(request, IMAGE);
        ImageScore second = TaskScorer.scoreAlone(request, IMAGE);
        assertEquals(first.prediction(), second.prediction());
        assertEquals(first.probability(), second.probability());
        assertEquals(before.batches() + 2, ExecutorTotals.current().batches());
        end(task);
        TaskContextImpl next = task();
        TaskContext$.MODULE$.setTaskContext(next);
        assertEquals(first.probability(), TaskScorer.scoreAlone(request, IMAGE).probability());
        end(next);
    }

    @Test
    void warmingUpCountsNoImagesAndLeavesTheModel() {
        ExecutorTotals before = ExecutorTotals.current();
        WarmUp.run(request, () -> false);
        assertEquals(before, ExecutorTotals.current());
        assertNotEquals(0, ModelCache.size());
    }

    private static TaskContextImpl task() {
        return TaskContext$.MODULE$.empty();
    }

    private static void end(TaskContextImpl task) {
        task.markTaskCompleted(Option.empty());
    }

    private static Iterator<ImageInput> forever() {
        return Collections.nCopies(1_000_000, IMAGE).iterator();
    }

    /** One row, then none until the latch opens. */
    private static Iterator<ImageInput> blocking(CountDownLatch reading, CountDownLatch upstream) {
        Iterator<ImageInput> rows = Collections.nCopies(3, IMAGE).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public ImageInput next() {
                reading.countDown();
                try {
                    upstream.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return rows.next();
            }
        };
    }
}

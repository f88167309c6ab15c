package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelCacheTest {

    private static final Path MODEL = Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx");

    @Test
    void concurrentTasksWaitForOneBuild() throws Exception {
        ModelSource source = ModelSource.read(MODEL);
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch allHere = new CountDownLatch(8);
        ExecutorService tasks = Executors.newFixedThreadPool(8);
        try {
            List<Future<Model>> models = new ArrayList<>();
            for (int task = 0; task < 8; task++) {
                models.add(tasks.submit(() -> {
                    allHere.countDown();
                    allHere.await();
                    return ModelCache.model("concurrent", ModelOptions.DEFAULT, () -> {
                        reads.incrementAndGet();
                        return source;
                    });
                }));
            }
            Model first = models.get(0).get();
            for (Future<Model> model : models) {
                assertSame(first, model.get());
            }
            assertEquals(1, reads.get());
        } finally {
            tasks.shutdownNow();
        }
    }

    @Test
    void aModelThatCannotBeBuiltIsTriedAgainNextTime() {
        long before = ModelCache.builds();
        ModelSource broken = new ModelSource("broken.onnx", "not a model".getBytes(StandardCharsets.UTF_8), "hash");
        assertThrows(ModelException.class, () -> ModelCache.model("again", ModelOptions.DEFAULT, () -> broken));
        assertThrows(ModelException.class, () -> ModelCache.model("again", ModelOptions.DEFAULT, () -> broken));
        assertEquals(before + 2, ModelCache.builds());
        assertSame(
                ModelCache.model("again", ModelOptions.DEFAULT, () -> ModelSource.read(MODEL)),
                ModelCache.model("again", ModelOptions.DEFAULT, () -> broken));
    }

    @Test
    void aTaskThatIsKilledWhileBuildingDoesNotFailTheOnesThatWait() throws Exception {
        ModelSource source = ModelSource.read(MODEL);
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        ExecutorService tasks = Executors.newFixedThreadPool(2);
        try {
            Future<Model> victim = tasks.submit(() -> ModelCache.model("killed", ModelOptions.DEFAULT, () -> {
                building.countDown();
                await(killed);
                throw new IllegalStateException("this task was killed");
            }));
            building.await();
            Future<Model> waiting = tasks.submit(() -> ModelCache.model("killed", ModelOptions.DEFAULT, () -> source));
            killed.countDown();
            assertSame(waiting.get(), ModelCache.model("killed", ModelOptions.DEFAULT, () -> source));
            assertThrows(Exception.class, victim::get);
        } finally {
            tasks.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

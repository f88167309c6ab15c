package dev.lanewise.spark.preflight;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelMemory;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {

    private static final long MEBI = 1L << 20;
    private static final Path FASHION = Path.of("../examples/fashion-mnist/fmnist-grouped.onnx");

    @ParameterizedTest
    @CsvSource({
        "yarn, 4g, 3, 1, 4096, 409, 3",
        "yarn, 1g, 1, 1, 1024, 384, 1",
        "k8s://h, 2048, 4, 2, 2048, 384, 2",
        "spark://h:7077, 512m, 4, 1, 512, -1, 4"
    })
    void readsWhatAnExecutorHas(
            String master, String memory, String cores, String cpus, long heap, long overhead, int tasks) {
        ExecutorSize size = ExecutorSize.of(new SparkConf(false)
                .set("spark.master", master)
                .set("spark.executor.memory", memory)
                .set("spark.executor.cores", cores)
                .set("spark.task.cpus", cpus));

        assertEquals(heap * MEBI, size.heapBytes());
        assertEquals(overhead < 0 ? OptionalLong.empty() : OptionalLong.of(overhead * MEBI), size.overheadBytes());
        assertEquals(tasks, size.tasks());
    }

    @Test
    void anOverheadThatIsSetWins() {
        SparkConf settings =
                new SparkConf(false).set("spark.master", "yarn").set("spark.executor.memoryOverhead", "2g");

        assertEquals(OptionalLong.of(2048 * MEBI), ExecutorSize.of(settings).overheadBytes());
    }

    @Test
    void countsAsManyTasksAsALocalSparkRuns() {
        assertEquals(
                3,
                ExecutorSize.of(new SparkConf(false).set("spark.master", "local[3]"))
                        .tasks());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                ExecutorSize.of(new SparkConf(false).set("spark.master", "local[*, 2]"))
                        .tasks());
        assertEquals(
                Runtime.getRuntime().maxMemory(),
                ExecutorSize.of(new SparkConf(false).set("spark.master", "local"))
                        .heapBytes());
    }

    @Test
    void countsOneTaskWhereNobodyKnowsTheWorkersCores() {
        assertEquals(
                1,
                ExecutorSize.of(new SparkConf(false).set("spark.master", "spark://h:7077"))
                        .tasks());
    }

    @Test
    void aBatchTakesNoMoreThanItsImagesAndItsLimit() {
        Model model = Model.load(FASHION);
        ScoringOptions options = ScoringOptions.of(Preprocessing.preset("unit"));

        MemoryNeed few = MemoryNeed.of(model, 1000, options.withBatchSize(10));
        assertEquals(5 * 10 * 28 * 28, few.batchHeapBytes());
        assertEquals(10 * 28 * 28, few.batchArrowBytes());
        assertEquals(1000, few.modelBytes());
        assertTrue(few.weightBytes() > 60_000 && few.weightBytes() < 2_000_000, few.toString());
        assertTrue(few.arenaBytes() > 28 * 28 * 4 && few.arenaBytes() < 4_000_000, few.toString());

        MemoryNeed full =
                MemoryNeed.of(model, 1000, options.withBatchSize(100_000).withMaxBatchBytes(MEBI));
        assertEquals(5 * MEBI / 2, full.batchHeapBytes());
    }

    @Test
    void plansAModelOnceForTheSizesAskedForLast() {
        Model model = Model.load(FASHION);
        ModelMemory first = memory(model, 1);

        assertSame(first, memory(model, 1));
        assertEquals(first, memory(Model.load(FASHION), 1));
        for (int rows = 2; rows <= PlannedMemory.REMEMBERED; rows++) {
            memory(model, rows);
        }
        assertSame(first, memory(model, 1));
        ModelMemory second = memory(model, 2);
        for (int rows = 1; rows <= PlannedMemory.REMEMBERED; rows++) {
            memory(model, 100 + rows);
        }
        assertNotSame(second, memory(model, 2));
    }

    private static ModelMemory memory(Model model, int rows) {
        return PlannedMemory.of(model, Map.of(model.inputs().get(0).name(), Shape.of(rows, 1, 28, 28)));
    }

    @Test
    void saysWhatDoesNotFitAndWhichSettingWouldChangeIt() {
        MemoryNeed need = new MemoryNeed(100 * MEBI, 90 * MEBI, 20 * MEBI, 30 * MEBI, 30 * MEBI);
        ExecutorSize small = new ExecutorSize(512 * MEBI, "spark.executor.memory", OptionalLong.of(100 * MEBI), 4, 2);

        // 100 + 90 + 4 x (2 x 20 + 30) + 100 for Spark
        String message = refusal(need, small, 2);
        assertTrue(message.contains("needs 570.0 MiB"), message);
        assertTrue(message.contains("raise spark.executor.memory to 768m at least"), message);
        assertTrue(message.contains("model net.onnx"), message);

        ExecutorSize exact = new ExecutorSize(570 * MEBI, "spark.executor.memory", OptionalLong.empty(), 4, 2);
        assertDoesNotThrow(() -> Preflight.check("net.onnx", need, exact, 2));

        ExecutorSize container =
                new ExecutorSize(1024 * MEBI, "spark.executor.memory", OptionalLong.of(100 * MEBI), 4, 2);
        String overhead = refusal(need, container, 2);
        assertTrue(overhead.contains("raise spark.executor.memoryOverhead to 256m at least"), overhead);
        assertTrue(overhead.contains("4 tasks at a time need 120.0 MiB"), overhead);
    }

    private static String refusal(MemoryNeed need, ExecutorSize executor, int threads) {
        return assertThrows(IllegalArgumentException.class, () -> Preflight.check("net.onnx", need, executor, threads))
                .getMessage();
    }
}

package dev.lanewise.benchmarks.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.model.BatchFigures.Timed;
import dev.lanewise.engine.zoo.OnnxRuntime;
import dev.lanewise.engine.zoo.Seeded;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelForkTest {

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    private static ModelRequest request(
            Path file, boolean peer, int threads, Map<String, List<Integer>> shapes, Integer... batches) {
        return new ModelRequest(
                file.toString(), List.of(batches), shapes, threads, peer, true, new ModelRequest.Effort(3, 2, 1, 1));
    }

    private ModelAnswer measure(Path file, Map<String, List<Integer>> shapes, Integer... batches) {
        return ModelFork.measure(request(file, true, 1, shapes, batches), progress::add);
    }

    private String failure(Path file, Map<String, List<Integer>> shapes) {
        ModelAnswer answer = measure(file, shapes, 1);
        assertEquals(List.of(), answer.batches());
        return Objects.requireNonNull(answer.failure());
    }

    @Test
    void anotherJvmComparesAndTimesBothEngines() throws IOException {
        ModelAnswer answer = ModelFork.start(request(SmallNetworks.classifier(folder), true, 1, Map.of(), 1, 3));

        assertNull(answer.failure());
        assertEquals(
                List.of(1, 3),
                answer.batches().stream().map(BatchFigures::batch).toList());
        for (BatchFigures figures : answer.batches()) {
            assertTrue(figures.disagreement().isEmpty());
            double difference = Objects.requireNonNull(figures.difference());
            assertTrue(difference > 0 && difference <= 1e-4, "difference " + difference);
            Timed timed = Objects.requireNonNull(figures.timed());
            assertTrue(timed.rounds() >= 2, timed.toString());
            assertTrue(timed.peakGflops() > Objects.requireNonNull(timed.gflops()), timed.toString());
            assertNotNull(timed.peer());
            assertTrue(Objects.requireNonNull(timed.speedup()) > 0);
            ColdStart cold = figures.coldStart();
            assertTrue(cold.loadMillis() > 0 && cold.firstImageMillis() > 0, cold.toString());
            assertTrue(cold.totalMillis() > cold.loadMillis() + cold.firstImageMillis(), cold.toString());
            // The first image waits for kernels to be compiled, some thousand times as long as it takes later.
            assertTrue(cold.imagesToFullSpeed() > 0 && cold.imagesToFullSpeed() < ColdStart.IMAGES, cold.toString());
        }
        // 3x3x3x16 + 3x3x4x16 + 16x10 weights, 10 biases; of two normalisations, a bias for each channel is left.
        int parameters = 432 + 576 + 160 + 10 + 32;
        assertEquals(4.0 * parameters / (1 << 20), answer.batches().get(0).weightsMegabytes(), 1e-9);
    }

    @Test
    void aBatchHasTheOperationsOfItsImages() throws IOException {
        ModelAnswer answer = measure(SmallNetworks.classifier(folder), Map.of(), 1, 4);
        List<Double> operations = answer.batches().stream()
                .map(figures -> Objects.requireNonNull(figures.timed()))
                .map(timed -> Objects.requireNonNull(timed.gflops())
                        * timed.lanewise().best()
                        * 1e3)
                .toList();
        // 8x8 pixels, 16 channels, sums of 27 and of 36; 10 sums of 16.
        double ofOne = 2.0 * (64 * 16 * (27 + 36) + 160);
        assertEquals(ofOne, operations.get(0), 1e-3 * ofOne);
        assertEquals(4 * ofOne, operations.get(1), 4e-3 * ofOne);
        assertEquals(2, progress.size());
        assertTrue(progress.get(1).matches("  batch 4: [0-9.]+ ms, ONNX Runtime [0-9.]+ ms, speedup [0-9.]+"));
    }

    @Test
    void withoutAPeerThereIsNothingToCompare() throws IOException {
        BatchFigures figures = ModelFork.measure(
                        request(SmallNetworks.classifier(folder), false, 1, Map.of(), 1), progress::add)
                .batches()
                .get(0);
        assertNull(figures.difference());
        Timed timed = Objects.requireNonNull(figures.timed());
        assertNull(timed.peer());
        assertNull(timed.speedup());
    }

    @Test
    void bothEnginesTakeAsManyThreadsAsAsked() throws IOException {
        ModelAnswer answer =
                ModelFork.measure(request(SmallNetworks.classifier(folder), true, 2, Map.of(), 3), progress::add);
        assertNull(answer.failure());
        assertTrue(answer.batches().get(0).disagreement().isEmpty());
    }

    @Test
    void winogradIsHeldToAToleranceOfItsOwn() throws IOException {
        ModelRequest with = request(SmallNetworks.dense(folder), true, 1, Map.of(), 1);
        ModelRequest without = new ModelRequest(with.file(), with.batches(), Map.of(), 1, true, false, with.effort());
        assertEquals(
                1e-3, ModelFork.measure(with, progress::add).batches().get(0).tolerance());
        assertEquals(
                1e-4, ModelFork.measure(without, progress::add).batches().get(0).tolerance());
    }

    @Test
    void takesTheSizeOfImagesFromTheShapesGivenWhereTheModelLeavesItOpen() throws IOException {
        Path open = SmallNetworks.relu(folder, "N", 3, "H", "W");
        assertTrue(failure(open, Map.of()).contains("--shape pixels=1x3x224x224"), failure(open, Map.of()));
        assertTrue(failure(open, Map.of("pixels", List.of(1, 4, 5, 6))).contains("does not fit"));
        assertTrue(failure(open, Map.of("pixels", List.of(5, 6))).contains("not 2"));

        ModelAnswer answer = measure(open, Map.of("pixels", List.of(1, 3, 5, 6)), 2);
        assertNull(answer.failure());
        assertEquals(2, answer.batches().get(0).batch());
    }

    @Test
    void aModelOfAFixedBatchHasNoOther() throws IOException {
        ModelAnswer answer = measure(SmallNetworks.relu(folder, 2, 3, 5, 6), Map.of(), 1, 8);
        assertNull(answer.failure());
        assertEquals(
                List.of(2), answer.batches().stream().map(BatchFigures::batch).toList());
    }

    @Test
    void tellsWhatItCannotMeasure() throws IOException {
        assertTrue(failure(SmallNetworks.relu(folder, "N", 10), Map.of()).contains("FLOAT32[N,C,H,W]"));
        assertTrue(failure(SmallNetworks.sum(folder, "N", 3, 4, 4), Map.of()).contains("one input"));
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "not a model");
        assertTrue(failure(broken, Map.of()).startsWith(broken.toString()));
    }

    @Test
    void writesNetworksOfTheZoo() throws IOException {
        Path file = folder.resolve("squeezenet.onnx");
        ZooFile.write(Zoo.SQUEEZENET_1_1, 64, file);
        try (OnnxRuntime runtime = OnnxRuntime.load(Files.readAllBytes(file))) {
            assertEquals(
                    1000, runtime.scores(Seeded.image(7, 3, 64, 64)).shape().dim(1));
        }
    }
}

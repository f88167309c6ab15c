package dev.lanewise.benchmarks.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.model.ModelRun.Measuring;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelRunTest {

    private static final ModelRequest REQUEST =
            new ModelRequest("", List.of(1, 8), Map.of(), 1, true, true, new ModelRequest.Effort(30, 7, 60_000, 2_000));
    private static final List<ModelBenchmark> BOTH =
            List.of(zoo("ResNet-50"), new ModelBenchmark.Stored(Path.of("nets", "own.onnx")));

    private final List<Path> asked = new ArrayList<>();
    private final List<Path> written = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    private static ModelBenchmark zoo(String name) {
        return ModelBenchmarks.all().stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ModelReport run(int forks, Measuring measuring) {
        return new ModelRun(BOTH, forks, 90)
                .measure(
                        REQUEST,
                        request -> {
                            asked.add(Path.of(request.file()));
                            return measuring.measure(request);
                        },
                        (zoo, size, file) -> {
                            assertEquals(224, size);
                            written.add(Files.writeString(file, zoo.name()));
                        },
                        progress::add);
    }

    private static ModelAnswer answer(BatchFigures... figures) {
        return new ModelAnswer(List.of(figures), null);
    }

    @Test
    void aNetworkOfTheZooIsWrittenOnceAndDeleted() {
        ModelReport report = run(2, request -> {
            if (asked.size() <= 2) {
                assertTrue(Files.exists(Path.of(request.file())));
            }
            return answer(Answers.figures(1, 90_000, 1.5), Answers.figures(8, 700_000, 1.25));
        });

        assertEquals(1, written.size());
        assertEquals(List.of(written.get(0), written.get(0)), asked.subList(0, 2));
        assertEquals(Path.of("nets", "own.onnx"), asked.get(2));
        assertFalse(Files.exists(written.get(0)));
        assertFalse(Files.exists(written.get(0).getParent()));
        assertEquals(
                List.of(
                        "ResNet-50: seeding",
                        "ResNet-50, JVM 1 of 2",
                        "ResNet-50, JVM 2 of 2",
                        "own.onnx, JVM 1 of 2",
                        "own.onnx, JVM 2 of 2"),
                progress);
        assertEquals(4, report.results().size());
        assertTrue(report.sound());
        assertEquals(100, report.results().get(0).knownPeak());
    }

    @Test
    void aNetworkThatDoesNotRunIsARowAndTheOthersAreMeasured() {
        ModelReport report = run(3, request -> {
            if (asked.size() == 1) {
                return new ModelAnswer(List.of(Answers.figures(1, 90_000, 1.5)), "no such operator");
            }
            return answer(Answers.figures(1, 9, 1), Answers.figures(8, 70, 1));
        });

        assertFalse(report.sound());
        List<ModelResult> results = report.results();
        assertEquals(4, results.size());
        assertTrue(results.get(0).fault().isEmpty());
        assertEquals("no such operator", results.get(1).fault().orElseThrow());
        assertEquals(8, results.get(1).batch());
        assertTrue(results.get(1).median().isEmpty());
        assertTrue(results.get(2).fault().isEmpty());
        // Not again: it would only fail again.
        assertEquals(4, asked.size());
    }

    @Test
    void aJvmThatEndsIsARow() {
        ModelReport report = run(1, request -> {
            throw new IOException("exit code 1");
        });
        assertFalse(report.sound());
        assertEquals(
                Set.of("exit code 1"),
                report.results().stream()
                        .map(result -> result.fault().orElseThrow())
                        .collect(Collectors.toSet()));
        assertFalse(Files.exists(written.get(0)));
    }

    @Test
    void outputsThatDisagreeAreAFault() {
        ModelReport report = run(
                2,
                request -> asked.size() % 2 == 1
                        ? answer(Answers.figures(1, 90_000, 1.5), Answers.figures(8, 700_000, 1.25))
                        : answer(Answers.figures(1, 90_000, 1.5), Answers.apart(8)));
        assertFalse(report.sound());
        assertTrue(report.results().get(0).fault().isEmpty());
        ModelResult apart = report.results().get(1);
        assertEquals(
                "outputs differ from ONNX Runtime's by 1.2e-02 of the largest, more than 1e-04",
                apart.fault().orElseThrow());
        assertEquals(0.0123, apart.difference());
        assertNull(apart.speedup());
        assertEquals(List.of(), apart.missed());
    }

    @Test
    void figuresAreThoseOfTheMedianJvmAndTheSpeedupAMedianOfItsOwn() {
        ModelResult result = result(
                "ResNet-50",
                Answers.figures(1, 95_000, 1.1),
                Answers.figures(1, 85_000, 1.3),
                Answers.figures(1, 90_000, 1.25));
        assertEquals(90_000, result.median().orElseThrow().timed().lanewise().best());
        assertEquals(1.25, result.speedup());
        assertEquals(List.of(), result.missed());
        assertTrue(result.flaw().isEmpty());
    }

    @Test
    void tellsWhichTargetsAreMissed() {
        assertEquals(
                List.of("speedup"),
                result("ResNet-50", Answers.figures(1, 90_000, 1.19)).missed());
        assertEquals(
                List.of(),
                result("SqueezeNet 1.1", Answers.figures(1, 90_000, 1.0)).missed());
        BatchFigures quick = Answers.figures(1, 90_000, 1.3);
        ColdStart slow = new ColdStart(5_000, 2_000, 8_001, 21);
        BatchFigures slowToStart =
                new BatchFigures(1, slow, 64.1, 97.5, quick.difference(), quick.tolerance(), quick.timed());
        assertEquals(
                List.of("cold", "warm", "arena"),
                result("ResNet-50", slowToStart).missed());
        assertEquals(List.of(), result("ResNet-18", slowToStart).missed());
        assertEquals(List.of(), result("ResNet-50", Answers.alone(1)).missed());
    }

    @Test
    void aLowPeakIsAFlawOfTheShareAlone() {
        ModelResult result = new ModelResult(zoo("VGG-16"), 1, 1, List.of(Answers.figures(1, 90_000, 1.5)), null, 110);
        assertTrue(result.flaw().isPresent());
        assertTrue(result.fault().isEmpty());
        assertEquals(1.5, result.speedup());
    }

    private static ModelResult result(String name, BatchFigures... forks) {
        return new ModelResult(zoo(name), 1, 1, List.of(forks), null, 100);
    }

    @Test
    void theNetworksAreThoseOfTheTargets() {
        List<ModelBenchmark> all = ModelBenchmarks.all();
        assertEquals(15, all.size());
        assertTrue(all.stream().noneMatch(benchmark -> benchmark.target().speedup() == null));
        assertEquals(
                Set.of("ResNet-50", "ResNeXt-50 32x4d", "MobileNetV2", "ShuffleNetV1 g3", "ResNet-18"),
                ModelBenchmarks.quick().stream().map(ModelBenchmark::name).collect(Collectors.toSet()));
        Set<Zoo> seeded = all.stream()
                .map(benchmark -> ((ModelBenchmark.Seeded) benchmark).zoo())
                .collect(Collectors.toSet());
        assertEquals(15, seeded.size());
        assertThrows(IllegalArgumentException.class, () -> new ModelRun(all, 0, 0));
    }
}

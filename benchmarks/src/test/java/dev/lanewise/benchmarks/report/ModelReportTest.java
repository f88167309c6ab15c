package dev.lanewise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.model.Answers;
import dev.lanewise.benchmarks.model.ModelBenchmarks;
import dev.lanewise.benchmarks.model.ModelReport;
import dev.lanewise.benchmarks.model.ModelResult;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReportTest {

    private static final Platform PLATFORM = new Platform("Abacus 9000", 256, 17);
    private static final List<String> FIGURES = List.of(
            "lanewise_ms",
            "ort_ms",
            "lanewise_best_ms",
            "ort_best_ms",
            "speedup",
            "gflops",
            "peak_gflops",
            "share_of_peak",
            "load_ms",
            "first_image_ms",
            "cold_start_ms",
            "images_to_full_speed",
            "arena_mb",
            "weights_mb");

    /** ResNet-50: a sound row, one of outputs that disagree, and one with a low peak that misses its target. */
    private static final ModelReport REPORT = new ModelReport(List.of(
            new ModelResult(
                    ModelBenchmarks.all().get(0), 1, 2, List.of(Answers.figures(1, 90_000, 1.23456)), null, 100),
            new ModelResult(ModelBenchmarks.all().get(0), 8, 2, List.of(Answers.apart(8)), null, 100),
            new ModelResult(ModelBenchmarks.all().get(0), 16, 2, List.of(Answers.figures(16, 9_000, 1.1)), null, 200)));

    @Test
    void jsonHasEveryFigure(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("bench.json");
        new ModelJson(PLATFORM).write(REPORT, file);
        JsonNode array = new ObjectMapper().readTree(file.toFile());

        assertEquals(3, array.size());
        JsonNode row = array.get(0);
        assertEquals("ResNet-50", row.get("model").asText());
        assertEquals(1, row.get("batch").asInt());
        assertEquals(2, row.get("threads").asInt());
        List<Double> figures = List.of(
                100.0, 131.1104, 90.0, 111.1104, 1.2346, 80.0, 100.0, 0.8, 1000.0, 500.0, 1750.0, 12.0, 32.0, 97.5);
        for (int i = 0; i < FIGURES.size(); i++) {
            assertEquals(figures.get(i), row.get(FIGURES.get(i)).asDouble(), FIGURES.get(i));
        }
        assertEquals(2.35e-6, row.get("max_rel_diff").asDouble());
        assertEquals("Abacus 9000", row.get("cpu").asText());
        assertEquals(17, row.get("jdk").asInt());
        assertTrue(row.get("failure").isNull());
        assertTrue(row.get("void").isNull());

        JsonNode apart = array.get(1);
        FIGURES.forEach(field -> assertTrue(apart.get(field).isNull(), field));
        assertEquals(0.0123, apart.get("max_rel_diff").asDouble());
        assertTrue(apart.get("failure").asText().startsWith("outputs differ"));

        assertEquals("[\"speedup\"]", array.get(2).get("missed").toString());
        assertTrue(array.get(2).get("void").asText().contains("95 %"));
    }

    @Test
    void tableShowsTheSame() {
        StringWriter text = new StringWriter();
        new ModelTable(new PrintWriter(text), PLATFORM).print(REPORT);
        List<String> rows = text.toString()
                .lines()
                .filter(line -> line.startsWith("ResNet-50"))
                .toList();

        assertTrue(
                text.toString().startsWith("Abacus 9000, vectors of 256 bits, JDK 17, 2 threads, JVMs: 1"),
                text.toString());
        assertEquals(
                List.of(
                        "ResNet-50",
                        "1",
                        "2",
                        "90.00",
                        "(100.00)",
                        "111.11",
                        "(131.11)",
                        "1.23",
                        "2.3e-06",
                        "80.0",
                        "80",
                        "%",
                        "1000",
                        "500",
                        "1750",
                        "12",
                        "32.0",
                        "97.5"),
                List.of(rows.get(0).split(" +")));
        assertTrue(rows.get(1).contains("FAILED: outputs differ"), rows.get(1));
        assertTrue(rows.get(2).startsWith("ResNet-50 *") && rows.get(2).endsWith("  speedup"), rows.get(2));
        assertTrue(text.toString().contains("* share void: the peak stayed below 95 %"), text.toString());
    }
}

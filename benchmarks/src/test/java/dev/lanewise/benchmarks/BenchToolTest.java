package dev.lanewise.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.model.SmallNetworks;
import dev.lanewise.engine.ModelException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;

class BenchToolTest {

    private static final ToolProvider TOOL =
            ToolProvider.findFirst("lanewise-bench").orElseThrow();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return TOOL.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "convolutions",
                "conv --threads 0",
                "conv --threads two",
                "conv --forks 0",
                "conv --peer tensorflow",
                "conv --filter 9x9",
                "conv --json no/such/folder/bench.json",
                "conv stray",
                "model --threads 0",
                "model --forks 0",
                "model --batch 0",
                "model --batch 1,many",
                "model --peer tensorflow",
                "model --filter AlexNet",
                "model --shape pixels=3by4",
                "model --shape pixels",
                "model --json no/such/folder/bench.json",
                "model stray",
                "spark --count 0",
                "spark --rounds none",
                "spark --threads 0",
                "spark --json no/such/folder/bench.json",
                "spark stray",
                "cluster --rounds 0",
                "cluster --repeat 0",
                "cluster --format zip",
                "cluster --size 32",
                "cluster --html no/such/folder/page.html",
                "cluster --svg no/such/folder/chart.svg",
                "photo --rounds 0",
                "cluster --images no/such/folder",
                "photo --image no/such/photo.jpg",
                "tune --filter 9x9_c1",
                "tune --filter 3x3 --seeded 2",
                "tune --seeded 0",
                "tune --log no/such/folder/log.jsonl",
                "photo --image src"
            })
    void wrongUsageIsSaidBeforeAnythingIsMeasured(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        assertThrows(ParameterException.class, () -> run(arguments));
        assertEquals("", err.toString());
    }

    @Test
    void listsTheBenchmarks() {
        assertEquals(0, run("--help"));
        for (String benchmark : new String[] {"conv", "model", "spark", "cluster", "photo", "tune", "jmh"}) {
            assertTrue(
                    out.toString().lines().anyMatch(line -> line.startsWith("  " + benchmark + " ")), out.toString());
        }
    }

    @Test
    void explainsItself() {
        assertEquals(0, run("conv", "--help"));
        for (String option : new String[] {"--peer", "--threads", "--filter", "--json", "--quick", "--forks"}) {
            assertTrue(out.toString().contains(option), out.toString());
        }
    }

    @Test
    void explainsTheMeasuringOfNetworks() {
        assertEquals(0, run("model", "--help"));
        for (String option : new String[] {
            "--model",
            "--peer",
            "--batch",
            "--threads",
            "--filter",
            "--quick",
            "--forks",
            "--json",
            "--no-winograd",
            "--shape"
        }) {
            assertTrue(out.toString().contains(option), out.toString());
        }
    }

    @Test
    void measuresANetworkIntoTableAndJson(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("bench.json");
        String model = SmallNetworks.classifier(folder).toString();
        assertEquals(
                0,
                run(
                        "model",
                        "--model",
                        model,
                        "--peer",
                        "ort",
                        "--batch",
                        "2",
                        "--forks",
                        "1",
                        "--quick",
                        "--json",
                        json.toString()));
        assertTrue(out.toString().contains("small.onnx"), out.toString());
        assertTrue(err.toString().contains("small.onnx, JVM 1 of 1"), err.toString());
        JsonNode row = new ObjectMapper().readTree(json.toFile()).get(0);
        assertEquals(2, row.get("batch").asInt());
        assertTrue(row.get("max_rel_diff").asDouble() <= 1e-4, row.toString());
        assertTrue(row.get("speedup").asDouble() > 0, row.toString());
    }

    @Test
    void measuresTheOperatorIntoTableAndJson(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("bench.json");
        String model = SmallNetworks.classifier(folder).toString();
        assertEquals(0, run("spark", "--model", model, "--count", "40", "--rounds", "2", "--json", json.toString()));
        assertTrue(out.toString().contains("small.onnx"), out.toString());
        assertTrue(out.toString().contains("share >= 0.93: "), out.toString());
        JsonNode row = new ObjectMapper().readTree(json.toFile()).get(0);
        assertEquals(40, row.get("images").asInt());
        assertEquals(2, row.get("rounds").asInt());
        assertTrue(row.get("failure").isNull(), row.toString());
        double share = row.get("share").asDouble();
        assertTrue(share > 0, row.toString());
        assertEquals(share < 0.93 ? 1 : 0, row.get("missed").size());
    }

    @Test
    void aModelFileThatIsMissingOrBrokenIsToldOfInOneLine(@TempDir Path folder) throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no model");
        for (Path file : new Path[] {folder.resolve("missing.onnx"), broken}) {
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> run("model", "--model", file.toString()));
            ModelException cause = assertInstanceOf(ModelException.class, failure.getCause());
            assertTrue(cause.getMessage().startsWith(file.toString()), cause.getMessage());
            assertEquals("", err.toString());
        }
    }

    @Test
    void endsWithOneWhereANetworkDoesNotRun(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("bench.json");
        String model = SmallNetworks.classifier(folder).toString();
        assertEquals(
                1,
                run(
                        "model",
                        "--model",
                        model,
                        "--shape",
                        "image=1x3x99x99",
                        "--forks",
                        "1",
                        "--json",
                        json.toString()));
        assertTrue(out.toString().contains("FAILED: "), out.toString());
        JsonNode row = new ObjectMapper().readTree(json.toFile()).get(0);
        assertTrue(row.get("failure").asText().contains("does not fit"), row.toString());
    }

    @Test
    void measuresPackingsIntoTableAndJson(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("bench.json");
        assertEquals(0, run("conv", "--filter", "pack_c2048", "--forks", "1", "--json", json.toString()));
        assertTrue(out.toString().contains("pack_c2048_g1_7x7"), out.toString());
        assertTrue(err.toString().contains("JVM 1 of 1"), err.toString());
        assertEquals(
                "pack_c2048_g1_7x7",
                new ObjectMapper().readTree(json.toFile()).get(0).get("name").asText());
    }
}

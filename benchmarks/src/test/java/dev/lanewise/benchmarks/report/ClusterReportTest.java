package dev.lanewise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterResult;
import dev.lanewise.benchmarks.cluster.Engine;
import dev.lanewise.benchmarks.cluster.JobAnswer;
import dev.lanewise.benchmarks.cluster.JobCosts;
import dev.lanewise.benchmarks.cluster.PeerComparison;
import dev.lanewise.benchmarks.cluster.PeerInference;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ClusterReportTest {

    private static final JobCosts COSTS = new JobCosts(3.5, 0.75, 16, 12.5, 1.4, 0.25, 0.125);

    private static final JobAnswer JOB = new JobAnswer(
            1000,
            1000,
            2,
            0,
            1000,
            3,
            Map.of("0", 600L, "1", 400L),
            COSTS,
            8,
            610,
            30.5,
            10_000,
            20_000,
            0.5,
            2,
            0.25,
            6,
            0.125);

    private static final ClusterReport REPORT = new ClusterReport(
            List.of(
                    new ClusterResult(
                            Engine.LANEWISE,
                            "<net>",
                            2,
                            1,
                            JOB,
                            12.5,
                            900.25,
                            0.031,
                            new PeerComparison(1.25, 1.3, 0.96),
                            null,
                            0.96),
                    new ClusterResult(
                            Engine.ORT,
                            "<net>",
                            2,
                            1,
                            JOB,
                            13.5,
                            800,
                            null,
                            null,
                            new PeerInference(10.5, 10.25, 1.0244),
                            null)),
            Map.of(1, 100.0, 2, 190.0));

    @TempDir
    private Path folder;

    @Test
    void jsonHoldsEveryFigureOfEveryRun() throws IOException {
        Path file = folder.resolve("cluster.json");

        new ClusterJson(Platform.current()).write(REPORT, file);

        JsonNode runs = new ObjectMapper().readTree(file.toFile());
        assertEquals(2, runs.size());
        JsonNode ours = runs.get(0);
        assertEquals("lanewise", ours.path("engine").asText());
        assertEquals(100, ours.path("steady_images_per_s").asDouble());
        assertEquals(30.5, ours.path("seconds").asDouble());
        assertEquals(12.5, ours.path("cpu_s").asDouble(), "for 1,000 images");
        assertEquals(900.25, ours.path("peak_rss_mb").asDouble());
        assertEquals(190, ours.path("peak_gflops").asDouble());
        assertEquals(3, ours.path("failed_tasks").asLong());
        assertEquals(0.031, ours.path("rss_growth").asDouble());
        assertEquals(20, ours.path("start_images_per_s").asDouble());
        assertEquals("[60.0,40.0]", ours.path("executor_images_per_s").toString());
        assertEquals(1.25, ours.path("speedup").asDouble());
        assertEquals(1.3, ours.path("allowed_speedup").asDouble());
        assertEquals(0.96, ours.path("share_of_allowed").asDouble());
        assertEquals(1.0244, runs.get(1).path("infer_ratio").asDouble());
        assertEquals(10.25, runs.get(1).path("infer_alone_ms").asDouble());
        assertEquals(3.5, ours.path("executor_start_s").asDouble());
        assertEquals(0.75, ours.path("list_s").asDouble());
        assertEquals(16, ours.path("tasks").asInt());
        assertEquals(12.5, ours.path("task_ms").asDouble());
        assertEquals(1.4, ours.path("task_skew").asDouble());
        assertEquals(0.25, ours.path("plan_s").asDouble());
        assertEquals(0.125, ours.path("commit_s").asDouble());
        for (String field : List.of(
                "model",
                "executors",
                "cores",
                "images",
                "read_s",
                "decode_s",
                "pack_s",
                "infer_s",
                "write_s",
                "speedup",
                "scaling")) {
            assertFalse(ours.path(field).isMissingNode() || ours.path(field).isNull(), field);
        }
        assertTrue(runs.get(1).get("speedup").isNull());
    }

    @Test
    void pageNeedsNothingFromOutsideAndEscapesNames() throws IOException {
        Path file = folder.resolve("cluster.html");

        new ClusterPage(Platform.current()).write(REPORT, file);

        String page = Files.readString(file);
        assertTrue(page.contains("&lt;net&gt;, lanewise, 2 x 1"), page);
        assertFalse(page.contains("<net>"));
        assertTrue(page.contains("<td>60.0 + 40.0</td><td>20.0</td>"), page);
        assertTrue(page.contains("<td>1.25</td><td>0.96</td><td>0.96</td>"), page);
        assertFalse(page.matches("(?s).*(src=|href=|https?://|@import).*"));
        assertEquals(3, page.split("<svg", -1).length - 1, "throughput, breakdown, scaling");
    }

    @Test
    void chartStandsByItself() throws Exception {
        Path file = folder.resolve("cluster.svg");

        new ClusterPage(Platform.current()).writeChart(REPORT, file);

        Element chart = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        assertEquals("http://www.w3.org/2000/svg", chart.getNamespaceURI());
        assertEquals(2, chart.getElementsByTagName("g").getLength(), "a bar for each engine");
        assertTrue(chart.getTextContent().contains("<net>, lanewise, 2 x 1"), chart.getTextContent());
    }

    @Test
    void tableTellsMillisecondsAnImage() {
        StringWriter out = new StringWriter();

        new ClusterTable(new PrintWriter(out, true), Platform.current()).print(REPORT);

        String row = out.toString()
                .lines()
                .filter(line -> line.contains("lanewise"))
                .findFirst()
                .orElseThrow();
        assertTrue(
                row.matches("<net> +lanewise +2 +100\\.0 +30\\.5 \\| +0\\.50 +2\\.00 +0\\.25 +6\\.00 +0\\.1[23] .*"),
                row);
    }

    @Test
    void tableTellsWhatThePeerAllowsAndMarksMisses() {
        StringWriter out = new StringWriter();

        new ClusterTable(new PrintWriter(out, true), Platform.current()).print(REPORT);

        assertTrue(
                out.toString().contains("speedup 1.250, 0.960 of the 1.300 that the networks' times"), out.toString());
        assertTrue(out.toString().contains("(MISS: at least 0.97)"), out.toString());
        assertTrue(out.toString().contains("10.50 ms an image in mapPartitions and 10.25 ms by itself"));
        assertFalse(out.toString().contains("(MISS: at most"), out.toString());
        assertTrue(out.toString().contains("20.0 images/s with the start; by executor 60.0 + 40.0; "), out.toString());
    }
}

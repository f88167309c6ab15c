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

    private static final JobAnswer JOB =
            new JobAnswer(1000, 1000, 2, 0, 1000, 3, 8, 30.5, 10_000, 20_000, 0.5, 2, 0.25, 6, 0.125);

    private static final ClusterReport REPORT = new ClusterReport(
            List.of(
                    new ClusterResult(Engine.LANEWISE, "<net>", 2, 1, JOB, 12.5, 900.25, 0.031, 1.25, 0.96),
                    new ClusterResult(Engine.ORT, "<net>", 2, 1, JOB, 13.5, 800, null, null, null)),
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
}

package dev.lanewise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.conv.ConvBenchmark;
import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvResult;
import dev.lanewise.benchmarks.conv.ForkResult;
import dev.lanewise.benchmarks.conv.Forks;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.conv.PackResult;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvReportTest {

    private static final String NAME = "1x1_c256-1024_g1_14x14_residual";
    private static final Platform PLATFORM = new Platform("Abacus 9000", 256, 17);
    private static final List<String> FIELDS = List.of(
            "name",
            "channels",
            "groups",
            "kernel",
            "stride",
            "height",
            "threads",
            "schedule",
            "lanewise_us",
            "lanewise_packed_us",
            "default_us",
            "ort_us",
            "ort_conv_us",
            "peak_gflops",
            "gflops",
            "share_of_peak",
            "speedup",
            "speedup_node");

    private static ConvReport report(ForkResult... forks) {
        ConvBenchmark benchmark = ConvBenchmarks.named(NAME);
        PackBenchmark packing = new PackBenchmark(64, 1, 112);
        PackBenchmark.Result packed = new PackBenchmark.Result(
                packing.name(), new Times(400, 410), new Times(500, 510), new Times(321.1264, 330), 1.25, 1.55);
        return new ConvReport(
                List.of(new ConvResult(benchmark, 1, List.of(forks), 100)),
                List.of(new PackResult(packing, List.of(packed))));
    }

    private static JsonNode json(ConvReport report, Path folder) throws Exception {
        Path file = folder.resolve("bench.json");
        new ConvJson(PLATFORM).write(report, file);
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void jsonHasEveryFigureOfAWorkload(@TempDir Path folder) throws Exception {
        JsonNode array = json(report(Forks.fork(NAME, 82, 100, 1.234, 1.5)), folder);

        assertTrue(array.isArray());
        JsonNode object = array.get(0);
        for (JsonNode each : array) {
            FIELDS.forEach(field -> assertTrue(each.has(field), field + " is missing in " + each));
        }
        assertEquals(NAME, object.get("name").asText());
        assertEquals(256, object.get("channels").asInt());
        assertEquals(1024, object.get("output_channels").asInt());
        assertEquals(1, object.get("kernel").asInt());
        assertEquals(14, object.get("height").asInt());
        assertEquals(100, object.get("lanewise_us").asDouble());
        assertEquals(200, object.get("lanewise_packed_us").asDouble());
        assertEquals(104, object.get("default_us").asDouble());
        assertEquals(600, object.get("ort_us").asDouble());
        assertEquals(500.5, object.get("ort_conv_us").asDouble());
        assertEquals(0.82, object.get("share_of_peak").asDouble());
        assertEquals(1.234, object.get("speedup").asDouble());
        assertEquals(1.5, object.get("speedup_node").asDouble());
        assertEquals("Abacus 9000", object.get("cpu").asText());
        assertTrue(object.get("void").isNull());
        assertEquals(0, object.get("missed").size());
        assertEquals(0.75, object.get("targets").get("share").asDouble());
        assertEquals("Conv_tuned_6", object.get("kernel_names").get(0).asText());
        assertEquals(false, object.get("ort_doubtful").asBoolean());
        for (String field : List.of("one_thread_us", "thread_scaling", "peak_scaling")) {
            assertTrue(object.get(field).isNull(), field);
        }
    }

    @Test
    void whatSeveralThreadsGainIsInJsonAndTable(@TempDir Path folder) throws Exception {
        ConvReport report = new ConvReport(
                List.of(new ConvResult(ConvBenchmarks.named(NAME), 2, List.of(Forks.onThreads(NAME, 1.7, 1.9)), 100)),
                List.of());

        JsonNode object = json(report, folder).get(0);
        assertEquals(190, object.get("one_thread_us").asDouble());
        assertEquals(1.7, object.get("thread_scaling").asDouble());
        assertEquals(1.9, object.get("peak_scaling").asDouble());
        assertEquals(1.8, object.get("targets").get("threads").asDouble());
        assertEquals("threads", object.get("missed").get(0).asText());
        String table = table(report);
        assertTrue(
                table.lines()
                        .anyMatch(line -> line.startsWith(NAME)
                                && line.matches(".* 190\\.0 \\(195\\.0\\) .* 1\\.70 +1\\.90  threads 1\\.80!")),
                table);
        assertTrue(table.contains("1 of 1 missed, by 1 of 1 workloads"), table);
    }

    @Test
    void jsonOfAWorkloadWithoutAPeerHasNulls(@TempDir Path folder) throws Exception {
        JsonNode object = json(report(Forks.alone(NAME)), folder).get(0);
        for (String field : List.of("ort_us", "ort_conv_us", "speedup", "speedup_node")) {
            assertTrue(object.get(field).isNull(), field);
        }
    }

    @Test
    void jsonOfPackingIsInGigabytes(@TempDir Path folder) throws Exception {
        JsonNode object = json(report(Forks.alone(NAME)), folder).get(1);
        assertEquals("pack_c64_g1_112x112", object.get("name").asText());
        // 64 * 112 * 112 floats are 3,211,264 bytes.
        assertEquals(8.0282, object.get("pack_gb_per_s").asDouble());
        assertEquals(6.4225, object.get("unpack_gb_per_s").asDouble());
        assertEquals(10, object.get("arraycopy_gb_per_s").asDouble());
        assertTrue(object.get("speedup").isNull());
    }

    @Test
    void tableShowsTheSameFigures() {
        String table = table(report(Forks.fork(NAME, 82, 100, 1.234, 1.5)));
        String row = row(table, NAME);
        for (String figure : List.of(
                "100.0 (110.0)", "200.0 (210.0)", "104.0 (120.0)", "600.0 (610.0)", "500.5", "82 %", "1.23", "1.50")) {
            assertTrue(row.contains(figure), figure + " is not in " + row);
        }
        assertTrue(row.endsWith("tuned schedule"), row);
        assertTrue(table.startsWith("Abacus 9000, vectors of 256 bits, JDK 17, one thread, JVMs: 1"), table);
        assertTrue(row(table, "pack_c64_g1_112x112").contains("10.0"), table);
    }

    @Test
    void tableMarksWhatIsMissedAndWhatIsVoid() {
        String low = table(report(Forks.fork(NAME, 60, 100, 1, 1.5)));
        assertTrue(row(low, NAME).contains("share 75%! speedup 1.2! node 1.0 "), low);
        assertTrue(low.contains("2 of 3 missed, by 1 of 1 workloads"), low);

        String busy = table(report(Forks.fork(NAME, 60, 80, 1, 1.5)));
        assertTrue(row(busy, NAME).startsWith(NAME + " *"), busy);
        assertTrue(busy.contains("* void: the peak stayed below 95 %"), busy);
    }

    private static String table(ConvReport report) {
        StringWriter text = new StringWriter();
        new ConvTable(new PrintWriter(text), PLATFORM).print(report);
        return text.toString();
    }

    private static String row(String table, String name) {
        return table.lines().filter(line -> line.startsWith(name)).findFirst().orElseThrow();
    }
}

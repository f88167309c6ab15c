package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.kernels.conv.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    @Test
    void showsLayersInAlignedColumnsThatFitATerminal() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION);
        assertEquals(0, run.code(), run.err());
        List<String> layers = run.outLines().stream()
                .takeWhile(line -> !line.startsWith("step "))
                .toList();
        assertTrue(layers.stream().allMatch(line -> line.length() <= 120), run.out());
        List<String> table = layers.stream()
                .filter(line -> line.startsWith("layer ") || line.contains(" FusedConv ") || line.startsWith("total "))
                .toList();
        assertEquals(24, table.size(), "22 convolutions, head and total: " + run.out());
        int groups = table.get(0).indexOf("groups") + "groups".length();
        for (String line : table.subList(1, 23)) {
            assertTrue(Character.isDigit(line.charAt(groups - 1)), line);
            assertEquals(' ', line.charAt(groups), line);
        }
    }

    @Test
    void countsParametersAndOperations() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--shape", "input=1x1x28x28");
        assertEquals(0, run.code(), run.err());
        String total = run.outLines().stream()
                .filter(line -> line.startsWith("total "))
                .findFirst()
                .orElseThrow();
        assertTrue(total.matches("total +\\d+ layers +[\\d,]+\\.\\d+ +[\\d,]+"), total);
    }

    @Test
    void showsThePlanWithWhatIsFused() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.outLines().stream().anyMatch(line -> line.contains("conv 3x3 g8 ")), run.out());
        assertTrue(run.outLines().stream().anyMatch(line -> line.contains("global average")), run.out());
        assertTrue(
                run.outLines().stream()
                        .anyMatch(line ->
                                line.matches("\\d+ steps, 5\\.\\d MFLOP, .*; arena .*, weights .*; reordered .*")),
                run.out());
        assertTrue(
                run.lastLine().matches("\\d+ steps limited by multiply-adds .*, \\d+ steps limited by memory .*"),
                run.lastLine());
    }

    /** Labels are whole: what is shown of a schedule can be given to the schedule log, and a kernel's name found in a dump. */
    @Test
    void showsWholeSchedulesAndTheNamesOfKernels() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION);
        assertEquals(0, run.code(), run.err());
        List<String> convolutions =
                run.outLines().stream().filter(line -> line.contains(" conv ")).toList();
        assertEquals(22, convolutions.size(), run.out());
        for (String line : convolutions) {
            Matcher schedule = Pattern.compile(" [a-zA-Z]+ f32x\\d+ \\d+x\\d+ [a-z_]+( taps=\\d+)? rows=\\d+ ")
                    .matcher(line);
            assertTrue(schedule.find(), line);
            Schedule.parse(schedule.group().trim());
            String[] numbers = line.substring(line.lastIndexOf(' ') + 1).split(",");
            for (String number : numbers) {
                assertTrue(
                        run.outLines().stream()
                                .anyMatch(each -> each.matches(" *" + number + "  [A-Z]\\w+_f32x\\d+_\\w+")),
                        line);
            }
        }
    }

    @Test
    void timesEveryStepTheSlowestFirst(@TempDir Path folder) throws IOException {
        Path json = folder.resolve("plan.json");
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--time", "--json", json.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.lastLine()
                        .matches(
                                "measured: .* ms, [\\d.]+ GFLOP/s, \\d+ % of peak, [\\d.]+ times the roofline's least"),
                run.lastLine());

        JsonNode plan = new ObjectMapper().readTree(json.toFile());
        double previous = Double.MAX_VALUE;
        for (JsonNode step : plan.get("steps")) {
            double time = step.get("us").asDouble();
            assertTrue(time > 0 && time <= previous, step.toString());
            previous = time;
        }
        String head = run.outLines().stream()
                .filter(line -> line.startsWith("step "))
                .findFirst()
                .orElseThrow();
        List<String> columns = List.of(head.trim().split("  +"));
        assertEquals(
                List.of(
                        "step",
                        "operation",
                        "schedule",
                        "result",
                        "MFLOP",
                        "KB",
                        "FLOP/B",
                        "arena KB",
                        "us",
                        "GFLOP/s"),
                columns.subList(0, 10));
        List<String> rows = run.outLines()
                .subList(
                        run.outLines().indexOf(head) + 1,
                        run.outLines().indexOf(head) + 1 + plan.get("steps").size());
        for (int i = 0; i < rows.size(); i++) {
            assertTrue(
                    rows.get(i).startsWith(plan.get("steps").get(i).get("step").asText()), rows.get(i));
        }
    }

    @Test
    void jsonHasEveryFigureOfAStep(@TempDir Path folder) throws IOException {
        Path json = folder.resolve("plan.json");
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--json", json.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode plan = new ObjectMapper().readTree(json.toFile());
        long arena = plan.get("arena_bytes").asLong();
        double ridge =
                plan.get("peak_gflops").asDouble() / plan.get("memory_gb_per_s").asDouble();
        int convolutions = 0;
        for (JsonNode step : plan.get("steps")) {
            long inUse = step.get("arena_bytes").asLong();
            assertTrue(inUse >= 0 && inUse <= arena, step.toString());
            if (step.get("operation").asText().startsWith("conv ")) {
                convolutions++;
                double intensity =
                        step.get("flop").asDouble() / step.get("bytes").asDouble();
                assertEquals(intensity, step.get("flop_per_byte").asDouble(), 1e-9);
                assertEquals(
                        intensity < ridge ? "memory" : "fma",
                        step.get("limited_by").asText());
                assertTrue(step.get("kernels").size() > 0 && inUse > 0, step.toString());
                if (!step.get("schedule").asText().startsWith("winograd")) {
                    double share = step.get("estimated_share_of_peak").asDouble();
                    assertTrue(share > 0.01 && share <= 1, step.toString());
                }
            }
        }
        assertEquals(22, convolutions);
    }

    @Test
    void tellsWhatEachPassMakesOfTheGraph() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--passes");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.outLines();
        int folding = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("ScaleFolding: "))
                .findFirst()
                .orElseThrow());
        int fusion = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("ConvolutionFusion: "))
                .findFirst()
                .orElseThrow());
        assertTrue(folding < fusion, run.out());
        assertTrue(
                lines.subList(fusion + 1, lines.size()).stream().anyMatch(line -> line.matches("  gone +\\S+ +Relu")),
                run.out());
    }

    @Test
    void aCompiledPlanHasNoPassesToShow(@TempDir Path folder) {
        CommandRun run = CommandRun.of(
                "explain",
                "--model",
                TestModels.FASHION,
                "--passes",
                "--plan",
                folder.resolve("any").toString());
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--passes"), run.err());
    }

    @Test
    void showsSymbolicDimensions() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION);
        assertTrue(
                run.outLines().get(1).matches("input    input  FLOAT32  \\w+x1x28x28"),
                run.outLines().get(1));
    }

    @Test
    void refusesShapeOfUnknownInput() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--shape", "picture=1x1x28x28");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("'picture'"), run.err());
    }

    @Test
    void shortensLongNamesInTheMiddle() {
        assertEquals("abc~xyz", LayerTable.shortened("abcdefghijuvwxyz", 7));
    }
}

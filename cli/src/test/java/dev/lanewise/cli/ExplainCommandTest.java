package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {

    @Test
    void showsLayersInAlignedColumnsThatFitATerminal() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.outLines().stream().allMatch(line -> line.length() <= 120), run.out());
        List<String> table = run.outLines().stream()
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
                run.lastLine().matches("\\d+ steps, 5\\.\\d MFLOP; arena .*, weights .*; reordered .*"),
                run.lastLine());
    }

    @Test
    void timesEveryStepTheSlowestFirst() {
        CommandRun run = CommandRun.of("explain", "--model", TestModels.FASHION, "--time");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.outLines().stream().allMatch(line -> line.length() <= 120), run.out());
        assertTrue(run.lastLine().matches(".* ms, [\\d.]+ GFLOP/s"), run.lastLine());
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

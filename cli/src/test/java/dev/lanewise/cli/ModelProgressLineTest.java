package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.ModelProgress.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ModelProgressLineTest {

    private final StringWriter text = new StringWriter();

    @Test
    void writesOverItsLineOnATerminal() {
        try (ModelProgressLine line = new ModelProgressLine(new PrintWriter(text), true)) {
            line.at(Phase.GENERATING, 9, 10);
            line.at(Phase.RUNNING, 1, 3);
        }
        String first = "generating kernels: 9 of 10";
        String second = "warming up: 1 of 3";
        assertEquals(
                "\r" + first + "\r" + second + " ".repeat(first.length() - second.length()) + "\r"
                        + " ".repeat(second.length()) + "\r",
                text.toString());
    }

    @Test
    void writesALineForEachPhaseElsewhere() {
        try (ModelProgressLine line = new ModelProgressLine(new PrintWriter(text), false)) {
            line.at(Phase.GENERATING, 0, 2);
            line.at(Phase.GENERATING, 1, 2);
            line.at(Phase.GENERATING, 2, 2);
            line.at(Phase.WARMING_UP, 0, 2);
        }
        assertEquals(
                "generating kernels" + System.lineSeparator() + "compiling kernels" + System.lineSeparator(),
                text.toString());
    }
}

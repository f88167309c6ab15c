package dev.lanewise.cli.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    @Test
    void takesItsLineOffTheTerminal() {
        StringWriter err = new StringWriter();
        try (ProgressLine progress = new ProgressLine(new PrintWriter(err), 1000, 0, true)) {
            assertTrue(progress.text().startsWith("scoring: 0 of 1,000 images, 0 of 0 tasks, "), progress.text());
            progress.paint();
        }
        String[] pieces = err.toString().split("\r");
        assertEquals(3, pieces.length, err.toString());
        assertTrue(pieces[1].startsWith("scoring: "), err.toString());
        assertEquals("", pieces[2].strip(), "the line is wiped with spaces");
        assertEquals(pieces[1].length(), pieces[2].length());
    }

    @Test
    void writesWholeLinesWhereThereIsNoTerminal() {
        StringWriter err = new StringWriter();
        try (ProgressLine progress = new ProgressLine(new PrintWriter(err, true), 1000, 0, false)) {
            progress.paint();
        }
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals(-1, err.toString().indexOf('\r'));
    }
}

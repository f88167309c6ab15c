package dev.lanewise.cli.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ScoringSummaryTest {

    @Test
    void readsAsOtherProgramsExpectIt() {
        assertEquals("scored 1000 images, 3 invalid, 4.2 s, 238 images/s", new ScoringSummary(1000, 3, 4.2).toString());
        assertEquals("scored 3 images, 0 invalid, 2.0 s, 1.5 images/s", new ScoringSummary(3, 0, 2).toString());
        assertEquals("scored 0 images, 0 invalid, 0.0 s, 0.0 images/s", new ScoringSummary(0, 0, 0).toString());
    }
}

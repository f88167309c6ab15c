package dev.lanewise.spark.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CollectorCheckTest {

    @Test
    void g1IsFine() {
        assertEquals(Optional.empty(), CollectorCheck.warning(List.of("G1 Young Generation", "G1 Old Generation")));
    }

    @Test
    void anotherIsNamedWithTheRemedy() {
        String warning =
                CollectorCheck.warning(List.of("Copy", "MarkSweepCompact")).orElseThrow();
        assertTrue(warning.contains("Copy, MarkSweepCompact"), warning);
        assertTrue(warning.contains("-XX:+UseG1GC"), warning);
    }
}

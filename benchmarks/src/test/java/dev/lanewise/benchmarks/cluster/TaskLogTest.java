package dev.lanewise.benchmarks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.benchmarks.cluster.TaskLog.Attempt;
import dev.lanewise.benchmarks.cluster.TaskLog.Span;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskLogTest {

    private static final Span SPAN = new Span(List.of(
            new Attempt("1", true, 1_100, 1_210, 100, 30),
            new Attempt("0", true, 1_120, 1_450, 300, 50),
            new Attempt("1", true, 1_215, 1_335, 110, 20)));

    @Test
    void addsUpRowsByExecutor() {
        assertEquals(Map.of("0", 50L, "1", 50L), SPAN.rowsByExecutor());
    }

    @Test
    void tellsWhatAPassCostsBesideItsImages() {
        JobCosts costs = JobCosts.of(3, 0.5, SPAN, 1_000, 1_700);

        assertEquals(3, costs.tasks());
        assertEquals((10 + 30 + 10) / 3.0, costs.taskMillis(), 1e-9);
        assertEquals(300 / 170.0, costs.skew(), 1e-9);
        assertEquals(0.1, costs.planSeconds(), 1e-9);
        assertEquals(0.25, costs.commitSeconds(), 1e-9);
    }

    @Test
    void aPassWithoutTasksCostsNothing() {
        assertEquals(new JobCosts(1, 2, 0, 0, 1, 0, 0), JobCosts.of(1, 2, new Span(List.of()), 5, 5));
    }
}

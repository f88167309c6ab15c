package dev.lanewise.benchmarks.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConvForkTest {

    private static final String SMALL = "3x3_c440_g55_7x7";

    private static ConvRequest request(String name, boolean peer, Map<String, String> schedules) {
        return request(name, 1, peer, schedules);
    }

    private static ConvRequest request(String name, int threads, boolean peer, Map<String, String> schedules) {
        return new ConvRequest(
                List.of(name), List.of(PackBenchmark.all().get(3)), threads, peer, 3, 5, false, schedules, 0);
    }

    private static String defaultSchedule(String name) {
        ConvPlan plan = ConvPlan.of(ConvBenchmarks.named(name).workload());
        return Schedules.byDefault(plan, VectorWidth.preferred().orElseThrow()).label();
    }

    @Test
    void anotherJvmMeasuresAllSides() throws IOException {
        String schedule = defaultSchedule(SMALL);

        ForkAnswer answer = ConvFork.start(request(SMALL, true, Map.of(SMALL, schedule)));

        ForkResult result = answer.convolutions().get(0);
        assertEquals(SMALL, result.name());
        assertEquals(schedule, result.schedule());
        assertEquals(schedule, result.defaultSchedule());
        assertEquals(3, result.rounds());
        assertTrue(result.kernels().get(0).startsWith("Conv_lanesOverGroups_f32x"), result.toString());
        assertNotNull(result.peer());
        assertNotNull(result.peerConvolution());
        assertNotNull(result.speedup());
        assertTrue(result.packed().median() > result.lanewise().best(), result.toString());
        assertTrue(result.peakGflops() > 0 && result.gflops() > 0, result.toString());
        assertEquals(1, answer.packings().size());
        assertTrue(answer.packings().get(0).pack().best() > 0);
    }

    @Test
    void withoutAPeerThereAreNoFiguresOfIt() {
        List<String> progress = new ArrayList<>();
        ForkResult result = ConvFork.measure(
                        request(
                                "1x1_c60_g3_28x28",
                                false,
                                Map.of("1x1_c60_g3_28x28", defaultSchedule("1x1_c60_g3_28x28"))),
                        progress::add)
                .convolutions()
                .get(0);
        assertNull(result.peer());
        assertNull(result.speedupNode());
        assertNull(result.scaling());
        assertEquals("  1 of 1: 1x1_c60_g3_28x28", progress.get(0));
    }

    @Test
    void severalThreadsAreComparedWithOne() {
        ForkResult result = ConvFork.measure(
                        request(SMALL, 2, false, Map.of(SMALL, defaultSchedule(SMALL))), line -> {})
                .convolutions()
                .get(0);
        ThreadScaling scaling = Objects.requireNonNull(result.scaling());
        assertTrue(scaling.oneThread().best() > 0, result.toString());
        assertTrue(scaling.lanewise() > 0 && scaling.peak() > 0, result.toString());
    }

    @Test
    void refusesASchedule() {
        ConvRequest request = request(SMALL, false, Map.of(SMALL, "by guess"));
        assertThrows(IllegalArgumentException.class, () -> ConvFork.measure(request, line -> {}));
    }
}

package dev.lanewise.benchmarks.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.measure.Times;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvRunTest {

    private static final String NAME = "3x3_c128_g32_56x56";
    private static final ConvRequest REQUEST =
            new ConvRequest(List.of(NAME), List.of(), 2, true, 30, 5, true, Map.of(), 90);
    private static final PackBenchmark PACKING = PackBenchmark.all().get(0);

    private final List<ConvRequest> asked = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    private ForkAnswer answer(ConvRequest request) {
        asked.add(request);
        Times times = new Times(10, 11);
        return new ForkAnswer(
                List.of(Forks.fork(NAME, 80, 95 + asked.size(), asked.size(), 9)),
                List.of(new PackBenchmark.Result(PACKING.name(), times, times, times, asked.size(), 2)));
    }

    private ConvRun run(int forks, Duration time) {
        return new ConvRun(List.of(ConvBenchmarks.named(NAME)), List.of(PACKING), forks, time);
    }

    @Test
    void laterJvmsTakeTheSchedulesOfTheFirst() throws IOException {
        ConvReport report = run(3, Duration.ofDays(1)).measure(REQUEST, this::answer, progress::add);

        assertEquals(Map.of(), asked.get(0).schedules());
        assertEquals(Map.of(NAME, "tuned schedule"), asked.get(2).schedules());
        ConvResult result = report.convolutions().get(0);
        assertEquals(3, result.forks().size());
        assertEquals(2, result.threads());
        assertEquals(2, result.speedup());
        assertEquals(2, report.packings().get(0).median().packOverCopy());
        assertEquals(List.of("JVM 1 of 3", "JVM 2 of 3", "JVM 3 of 3"), progress);
    }

    @Test
    void theHighestPeakIsWhatTheOthersAreHeldTo() throws IOException {
        ConvReport report = run(3, Duration.ofDays(1)).measure(REQUEST, this::answer, progress::add);
        assertEquals(96, asked.get(1).knownPeak());
        assertEquals(98, report.convolutions().get(0).knownPeak());
    }

    @Test
    void startsNoJvmThatWouldNotEndInTime() throws IOException {
        ConvReport report = run(3, Duration.ZERO)
                .measure(
                        REQUEST,
                        request -> {
                            if (!asked.isEmpty()) {
                                throw new AssertionError("a second JVM");
                            }
                            return answer(request);
                        },
                        progress::add);
        assertEquals(1, report.convolutions().get(0).forks().size());
        assertTrue(progress.get(1).contains("no time for more than 1 of 3"), progress.toString());
    }

    @Test
    void aFailingJvmEndsTheRun() {
        ConvRun run = run(2, Duration.ofDays(1));
        assertThrows(
                IOException.class,
                () -> run.measure(
                        REQUEST,
                        request -> {
                            throw new IOException("exit code 1");
                        },
                        progress::add));
        assertThrows(IllegalArgumentException.class, () -> run(0, Duration.ZERO));
    }
}

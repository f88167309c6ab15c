package dev.lanewise.benchmarks.conv;

import static dev.lanewise.benchmarks.conv.Forks.fork;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConvResultTest {

    private static final String NAME = "3x3_c128_g32_56x56";
    private static final ConvBenchmark BENCHMARK = ConvBenchmarks.named(NAME);

    private static final OptionalLong NOT_KNOWN = OptionalLong.empty();

    private static ConvResult result(double knownPeak, ForkResult... forks) {
        return new ConvResult(BENCHMARK, 1, List.of(forks), knownPeak);
    }

    @Test
    void timesAreThoseOfTheMedianShareAndRatiosMediansOfTheirOwn() {
        ConvResult result =
                result(100, fork(NAME, 70, 100, 3, 9), fork(NAME, 90, 100, 1, 7), fork(NAME, 80, 100, 2, 8.5));
        assertEquals(0.8, result.median().shareOfPeak(), 1e-12);
        assertEquals(2, result.speedup());
        assertEquals(8.5, result.speedupNode());
    }

    @Test
    void aJvmWithALowPeakDoesNotCount() {
        ConvResult result = result(100, fork(NAME, 70, 100, 3, 9), fork(NAME, 90, 94, 1, 7), fork(NAME, 75, 96, 4, 10));
        assertEquals(2, result.counted().size());
        assertTrue(result.flaw().isEmpty());
        assertEquals(3, result.speedup());
    }

    @Test
    void aKernelBeyondThePeakIsVoid() {
        assertTrue(fork(NAME, 101, 100, 1, 1).flaw(100).orElseThrow().contains("exceeds"));
        assertTrue(fork(NAME, 99, 100, 1, 1).flaw(100).isEmpty());
        assertTrue(fork(NAME, 80, 94.9, 1, 1).flaw(100).orElseThrow().contains("95 %"));
        assertTrue(fork(NAME, 80, 95.1, 1, 1).flaw(100).isEmpty());
    }

    @Test
    void ifAllAreVoidAllCountAndItIsSaid() {
        ConvResult result = result(100, fork(NAME, 70, 80, 3, 9), fork(NAME, 75, 80, 4, 10));
        assertEquals(2, result.counted().size());
        assertTrue(result.flaw().isPresent());
    }

    @Test
    void withoutAPeerThereAreNoSpeedups() {
        ConvResult result = result(100, Forks.alone(NAME));
        assertNull(result.speedup());
        assertNull(result.speedupNode());
        assertEquals(List.of(), result.missed(NOT_KNOWN));
    }

    @Test
    void namesTheTargetsItMisses() {
        // 4 channels per group: node 8, speedup 2.5, share 70 %.
        assertEquals(List.of(), result(100, fork(NAME, 70, 100, 2.5, 8)).missed(NOT_KNOWN));
        assertEquals(
                List.of("share", "speedup", "node"),
                result(100, fork(NAME, 69, 100, 2.4, 7.9)).missed(NOT_KNOWN));
    }

    @Test
    void depthwiseBeyondTheCacheIsHeldToACopy() {
        String name = "3x3_c32_g32_112x112";
        // 32 x 112 x 112 floats in and out, 3.2 MB; ten times the time of a copy.
        ConvResult result = new ConvResult(ConvBenchmarks.named(name), 1, List.of(fork(name, 20, 100, 3, 1)), 100);
        assertEquals(List.of("copy"), result.missed(OptionalLong.of(1 << 20)));
        assertEquals(List.of("share"), result.missed(OptionalLong.of(4 << 20)));
        assertEquals(List.of("share"), result.missed(NOT_KNOWN));
    }

    @Test
    void moreGroupsMustNotBeSlower() {
        ConvResult dense = timed("3x3_c256_g1_28x28", 100);
        ConvResult grouped = timed("3x3_c256_g32_28x28", 101);
        ConvResult other = timed("3x3_c512_g32_14x14", 102);
        ConvReport report = new ConvReport(List.of(dense, grouped, other), List.of());
        assertEquals(List.of("groups"), report.missed(grouped, NOT_KNOWN));
        assertEquals(List.of(), report.missed(dense, NOT_KNOWN));
        assertEquals(List.of(), report.missed(other, NOT_KNOWN));
    }

    private static ConvResult timed(String name, double micros) {
        return new ConvResult(ConvBenchmarks.named(name), 1, List.of(Forks.fork(name, 90, 100, 20, 20, micros)), 100);
    }

    @Test
    void needsAJvm() {
        assertThrows(IllegalArgumentException.class, () -> result(100));
    }
}

package dev.lanewise.benchmarks.conv;

import static dev.lanewise.benchmarks.conv.Forks.fork;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.conv.Demand.What;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertEquals(List.of(), missed(result, NOT_KNOWN));
    }

    @Test
    void namesTheTargetsItMisses() {
        // 4 channels per group: node 8, speedup 2.5, share 70 %.
        assertEquals(List.of(), missed(result(100, fork(NAME, 70, 100, 2.5, 8)), NOT_KNOWN));
        ConvResult low = result(100, fork(NAME, 69, 100, 2.4, 7.9));
        assertEquals(List.of(What.SHARE, What.SPEEDUP, What.NODE), missed(low, NOT_KNOWN));
        assertEquals(
                List.of(0.7, 2.5, 8.0),
                low.demands(17, NOT_KNOWN).stream().map(Demand::wanted).toList());
    }

    @ParameterizedTest
    @CsvSource({
        // name, share wanted before JDK 25, from JDK 25 on
        "3x3_c256_g128_28x28, 0.60, 0.50",
        "3x3_c128_g32_56x56, 0.70, 0.50",
        "3x3_c256_g32_28x28, 0.70, 0.45",
        "3x3_c512_g32_14x14, 0.65, 0.65",
        "3x3_c1024_g32_7x7, 0.65, 0.65",
        "3x3_c256_g1_28x28, 0.80, 0.65",
        "1x1_c64-256_g1_56x56, 0.80, 0.80",
        "1x1_c512-2048_g1_7x7, 0.75, 0.75",
        "3x3_c384_g384_14x14, 0.65, 0.55"
    })
    void theShareWantedIsThatOfTheJdk(String name, double before, double from25) {
        ConvResult result = new ConvResult(ConvBenchmarks.named(name), 1, List.of(fork(name, 80, 100, 20, 20)), 100);
        for (int jdk : new int[] {17, 21, 24, 25, 26}) {
            assertEquals(
                    Demand.atLeast(What.SHARE, jdk < 25 ? before : from25, 0.8),
                    result.demands(jdk, NOT_KNOWN).get(0));
        }
    }

    @Test
    void severalThreadsAreHeldToWhatTheyGainOverOne() {
        assertEquals(List.of(), missed(onThreads(Forks.onThreads(NAME, 1.8, 1.95)), NOT_KNOWN));
        assertEquals(List.of(What.THREADS), missed(onThreads(Forks.onThreads(NAME, 1.79, 1.95)), NOT_KNOWN));
        // Two threads of one core: the peak itself gains no more.
        assertEquals(List.of(), missed(onThreads(Forks.onThreads(NAME, 1.3, 1.3)), NOT_KNOWN));
        assertEquals(List.of(What.THREADS), missed(onThreads(Forks.onThreads(NAME, 1.29, 1.3)), NOT_KNOWN));
        assertEquals(3.6, ThreadScaling.wanted(4, 3.9), 1e-12);
    }

    @Test
    void threadsThatGainNothingAtThePeakAreVoid() {
        assertTrue(Forks.onThreads(NAME, 0.6, 0.9).flaw(100).orElseThrow().contains("less than a core"));
        assertTrue(Forks.onThreads(NAME, 0.9, 1.0).flaw(100).isEmpty());
    }

    @Test
    void whatThreadsGainIsTheMedianOverTheJvms() {
        ConvResult result = onThreads(
                Forks.onThreads(NAME, 1.7, 1.9), Forks.onThreads(NAME, 1.9, 1.5), Forks.onThreads(NAME, 1.8, 1.7));
        assertEquals(1.8, result.threadScaling());
        assertEquals(1.7, result.peakScaling());
        assertNull(result(100, fork(NAME, 70, 100, 3, 9)).threadScaling());
    }

    private static ConvResult onThreads(ForkResult... forks) {
        return new ConvResult(BENCHMARK, 2, List.of(forks), 100);
    }

    @Test
    void aPeersConvolutionIsTheMedianOverTheJvmsAndDoubtfulIfLongerThanItsRun() {
        ForkResult usual = Forks.withPeerConvolution(NAME, 590);
        ForkResult disturbed = Forks.withPeerConvolution(NAME, 980);
        ConvResult once = result(100, usual, disturbed, usual);
        assertEquals(590, once.peerConvolution());
        assertFalse(once.isPeerDoubtful());
        ConvResult twice = result(100, disturbed, usual, disturbed);
        assertEquals(980, twice.peerConvolution());
        assertTrue(twice.isPeerDoubtful());
        assertFalse(result(100, Forks.alone(NAME)).isPeerDoubtful());
    }

    private static List<What> missed(ConvResult result, OptionalLong cache) {
        return missed(result.demands(17, cache));
    }

    private static List<What> missed(List<Demand> demands) {
        return demands.stream().filter(Demand::missed).map(Demand::what).toList();
    }

    @Test
    void depthwiseBeyondTheCacheIsHeldToACopy() {
        String name = "3x3_c32_g32_112x112";
        // 32 x 112 x 112 floats in and out, 3.2 MB; ten times the time of a copy.
        ConvResult result = new ConvResult(ConvBenchmarks.named(name), 1, List.of(fork(name, 20, 100, 3, 1)), 100);
        assertEquals(List.of(What.COPY), missed(result, OptionalLong.of(1 << 20)));
        assertEquals(List.of(What.SHARE), missed(result, OptionalLong.of(4 << 20)));
        assertEquals(List.of(What.SHARE), missed(result, NOT_KNOWN));
    }

    @Test
    void moreGroupsMustNotBeSlower() {
        ConvResult dense = timed("3x3_c256_g1_28x28", 100);
        ConvResult grouped = timed("3x3_c256_g32_28x28", 101);
        ConvResult other = timed("3x3_c512_g32_14x14", 102);
        ConvReport report = new ConvReport(List.of(dense, grouped, other), List.of());
        assertEquals(List.of(What.GROUPS), missed(report.demands(grouped, 17, NOT_KNOWN)));
        assertEquals(List.of(), missed(report.demands(dense, 17, NOT_KNOWN)));
        assertEquals(List.of(), missed(report.demands(other, 17, NOT_KNOWN)));
    }

    private static ConvResult timed(String name, double micros) {
        return new ConvResult(ConvBenchmarks.named(name), 1, List.of(Forks.fork(name, 90, 100, 20, 20, micros)), 100);
    }

    @Test
    void needsAJvm() {
        assertThrows(IllegalArgumentException.class, () -> result(100));
    }
}

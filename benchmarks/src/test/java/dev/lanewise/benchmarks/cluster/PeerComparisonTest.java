package dev.lanewise.benchmarks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerComparisonTest {

    private static final double DELTA = 1e-9;

    /** The peer: 2 s of shared work and 10 s of inference; we infer in 8 s, so that 12 / 10 is allowed. */
    @Test
    void allowsWhatTheNetworksTimesGiveWithThePeersDecoding() {
        PeerComparison comparison = PeerComparison.of(
                List.of(result(Engine.LANEWISE, 10_000, 2, 8)), List.of(result(Engine.ORT, 12_000, 2, 10)));

        assertEquals(1.2, comparison.speedup(), DELTA);
        assertEquals(1.2, comparison.allowed(), DELTA);
        assertEquals(1, comparison.share(), DELTA);
        assertFalse(comparison.missed());
    }

    @Test
    void whatOurTasksDecodeLongerCountsAgainstUs() {
        PeerComparison comparison = PeerComparison.of(
                List.of(result(Engine.LANEWISE, 11_000, 3, 8)), List.of(result(Engine.ORT, 12_000, 2, 10)));

        assertEquals(1.2, comparison.allowed(), DELTA);
        assertEquals(10 / 11.0, comparison.share(), DELTA);
        assertTrue(comparison.missed());
    }

    @Test
    void takesTheMedianOfTheRoundsRatios() {
        PeerComparison comparison = PeerComparison.of(
                List.of(
                        result(Engine.LANEWISE, 10_000, 2, 8),
                        result(Engine.LANEWISE, 20_000, 4, 16),
                        result(Engine.LANEWISE, 40_000, 2, 8)),
                List.of(
                        result(Engine.ORT, 12_000, 2, 10),
                        result(Engine.ORT, 24_000, 4, 20),
                        result(Engine.ORT, 12_000, 2, 10)));

        assertEquals(1.2, comparison.speedup(), DELTA);
        assertEquals(1, comparison.share(), DELTA);
    }

    private static ClusterResult result(Engine engine, long millis, double decodeSeconds, double inferSeconds) {
        JobAnswer job = new JobAnswer(
                100,
                100,
                0,
                0,
                100,
                0,
                Map.of("0", 100L),
                new JobCosts(1, 1, 8, 1, 1, 0, 0),
                32,
                100,
                20,
                0,
                millis,
                0,
                decodeSeconds,
                0,
                inferSeconds,
                0);
        return new ClusterResult(engine, "net", 1, 1, job, 1, 1, null, null, null, null);
    }
}

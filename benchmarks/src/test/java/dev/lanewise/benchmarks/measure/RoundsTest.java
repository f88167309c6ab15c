package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final Duration NO_TIME = Duration.ZERO;

    @Test
    void everySideHasItsTurnInEveryRoundAndEachBeginsOnce() {
        List<String> runs = new ArrayList<>();
        Rounds rounds = new Rounds(3, NO_TIME, NO_TIME, NO_TIME);

        Timings timings = rounds.measure(List.of(
                new Side("a", () -> runs.add("a")),
                new Side("b", () -> runs.add("b")),
                new Side("c", () -> runs.add("c"))));

        // One run each to warm up, then a sample of one run each.
        assertEquals(List.of("a", "b", "c", "a", "b", "c", "b", "c", "a", "c", "a", "b"), runs);
        assertEquals(3, timings.of("b").rounds());
    }

    @Test
    void shortRunsShareASampleAndLongOnesAreOneEach() {
        int[] runs = new int[2];
        Rounds rounds = new Rounds(2, Duration.ofMillis(2), Duration.ofMillis(20), NO_TIME);

        Timings timings = rounds.measure(List.of(new Side("short", () -> runs[0]++), new Side("long", () -> {
            if (runs[1]++ == 0) {
                // Warmed up before this one, the other side has run often already.
                runs[0] = 0;
            }
            sleep(Duration.ofMillis(25));
        })));

        assertEquals(1 + 2, runs[1]);
        assertTrue(runs[0] > 100, "runs: " + runs[0]);
        // The time of a run, not of a sample.
        assertTrue(
                timings.of("short").best() < 1_000,
                "microseconds: " + timings.of("short").best());
        assertTrue(
                timings.of("long").best() >= 25_000,
                "microseconds: " + timings.of("long").best());
    }

    @Test
    void stopsAtTheLimitButNotBeforeTheLeastNumberOfRounds() {
        Side slow = new Side("slow", () -> sleep(Duration.ofMillis(5)));
        Rounds none = new Rounds(1_000, NO_TIME, NO_TIME, NO_TIME, 3, NO_TIME);
        assertEquals(3, none.measure(List.of(slow)).of("slow").rounds());

        Rounds some = new Rounds(1_000, NO_TIME, NO_TIME, NO_TIME, 3, Duration.ofMillis(200));
        int rounds = some.measure(List.of(slow)).of("slow").rounds();
        assertTrue(rounds >= 3 && rounds <= 40, "rounds: " + rounds);

        Rounds all = new Rounds(5, NO_TIME, NO_TIME, NO_TIME, 3, Duration.ofMinutes(1));
        assertEquals(5, all.measure(List.of(slow)).of("slow").rounds());
    }

    @Test
    void findsSidesByName() {
        Timings timings = new Rounds(1, NO_TIME, NO_TIME, NO_TIME).measure(List.of(new Side("mine", () -> {})));
        assertTrue(timings.has("mine"));
        assertFalse(timings.has("yours"));
        assertThrows(IllegalArgumentException.class, () -> timings.of("yours"));
    }

    @Test
    void refusesTwoSidesOfOneNameAndNone() {
        Rounds rounds = new Rounds(1, NO_TIME, NO_TIME, NO_TIME);
        List<Side> twins = List.of(new Side("a", () -> {}), new Side("a", () -> {}));
        assertThrows(IllegalArgumentException.class, () -> rounds.measure(twins));
        assertThrows(IllegalArgumentException.class, () -> rounds.measure(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Rounds(0, NO_TIME, NO_TIME, NO_TIME));
    }

    private static void sleep(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}

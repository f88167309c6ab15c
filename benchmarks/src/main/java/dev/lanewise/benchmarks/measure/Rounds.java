package dev.lanewise.benchmarks.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Times several sides in turn: in every round each of them gives one short sample, so that a disturbance, which lasts
 * longer than a round, meets all of them, and the ratios within a round hold though the times do not.
 *
 * @param count of rounds
 * @param sample how long one sample takes at least; a run that is longer is a sample of its own
 * @param warmUp how long every side runs beforehand, for the compiler of the JVM
 * @param pause between two samples: a peer's threads may go on spinning for a while
 * @param least as many rounds are enough if all would take longer than the limit
 * @param limit on the time of all rounds, without the warm-up
 */
public record Rounds(int count, Duration sample, Duration warmUp, Duration pause, int least, Duration limit) {

    private static final Duration UNLIMITED = Duration.ofDays(1);

    public Rounds {
        if (count < 1 || least < 1) {
            throw new IllegalArgumentException("there must be at least one round, not " + Math.min(count, least));
        }
    }

    /** All rounds, whatever time they take. */
    public Rounds(int count, Duration sample, Duration warmUp, Duration pause) {
        this(count, sample, warmUp, pause, count, UNLIMITED);
    }

    /**
     * Warms every side up and measures.
     *
     * @throws IllegalArgumentException if there are no sides or two of one name
     */
    public Timings measure(List<Side> sides) {
        if (sides.isEmpty()) {
            throw new IllegalArgumentException("nothing to measure");
        }
        int[] runs = new int[sides.size()];
        for (int side = 0; side < runs.length; side++) {
            runs[side] = warmUp(sides.get(side).work());
        }
        double[][] micros = new double[sides.size()][count];
        long start = System.nanoTime();
        int rounds = 0;
        while (rounds < count && (rounds < least || isTimeForMore(System.nanoTime() - start, rounds))) {
            int round = rounds++;
            for (int turn = 0; turn < runs.length; turn++) {
                // Whoever begins, no side always follows the same one, whose data it finds in the caches.
                int side = (turn + round) % runs.length;
                LockSupport.parkNanos(pause.toNanos());
                micros[side][round] = sample(sides.get(side).work(), runs[side]);
            }
        }
        Map<String, Samples> samples = new LinkedHashMap<>();
        for (int side = 0; side < runs.length; side++) {
            if (samples.put(sides.get(side).name(), Samples.of(Arrays.copyOf(micros[side], rounds))) != null) {
                throw new IllegalArgumentException(
                        "two sides are called " + sides.get(side).name());
            }
        }
        return new Timings(samples);
    }

    private boolean isTimeForMore(long nanos, int rounds) {
        return nanos + nanos / rounds <= limit.toNanos();
    }

    /** Runs the work until the time is up and returns how often it must run to fill a sample. */
    private int warmUp(Runnable work) {
        long start = System.nanoTime();
        long fastest = Long.MAX_VALUE;
        do {
            long before = System.nanoTime();
            work.run();
            fastest = Math.min(fastest, System.nanoTime() - before);
        } while (System.nanoTime() - start < warmUp.toNanos());
        return (int) Math.max(1, sample.toNanos() / Math.max(1, fastest));
    }

    private static double sample(Runnable work, int runs) {
        if (runs > 1) {
            // What the side before has thrown out of the caches is fetched again; a long run does so in passing.
            work.run();
        }
        long start = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            work.run();
        }
        return (System.nanoTime() - start) / 1e3 / runs;
    }
}

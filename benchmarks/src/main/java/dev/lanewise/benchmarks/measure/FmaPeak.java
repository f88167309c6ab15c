package dev.lanewise.benchmarks.measure;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.roofline.FmaLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the cores can do at best: fused multiply-adds on operands that stay in registers, on all threads of a pool at once.
 * How many of them must be under way at a time depends on the CPU, so several loops are tried and the fastest is kept.
 */
public final class FmaPeak {

    /** About 200 microseconds: much longer than the call. */
    private static final int TRIPS = 100_000;

    /** Enough short calls for the JVM to compile the whole method, not only its loop in mid-run. */
    private static final int WARM_UP_CALLS = 2_000;

    private static final Rounds TRIAL = new Rounds(10, Duration.ofMillis(1), Duration.ofMillis(100), Duration.ZERO);

    /** The least share of what the cores are known to reach that a peak must show. */
    private static final double QUIET = 0.95;

    private final WorkerPool pool;
    private final FmaLoop loop;
    private final int trips;
    private final double operationsPerTrip;

    private FmaPeak(WorkerPool pool, FmaLoop loop, int trips, double operationsPerTrip) {
        this.pool = pool;
        this.loop = loop;
        this.trips = trips;
        this.operationsPerTrip = operationsPerTrip;
    }

    /** The fastest loop with vectors of this width, found by trying all of them for half a second. */
    public static FmaPeak of(VectorWidth width, WorkerPool pool) {
        List<FmaPeak> peaks = new ArrayList<>();
        List<Side> sides = new ArrayList<>();
        for (int accumulators : FmaLoop.ACCUMULATORS) {
            FmaLoop loop = FmaLoop.of(width, accumulators);
            for (int call = 0; call < WARM_UP_CALLS; call++) {
                loop.run(100);
            }
            FmaPeak peak = new FmaPeak(pool, loop, TRIPS, 2.0 * accumulators * width.lanes() * pool.threads());
            sides.add(new Side(Integer.toString(peaks.size()), peak::run));
            peaks.add(peak);
        }
        Timings micros = TRIAL.measure(sides);
        FmaPeak fastest = peaks.get(0);
        double most = 0;
        for (int i = 0; i < peaks.size(); i++) {
            double gigaflops =
                    peaks.get(i).gigaflops(micros.of(Integer.toString(i)).best());
            if (gigaflops > most) {
                most = gigaflops;
                fastest = peaks.get(i);
            }
        }
        return fastest;
    }

    /**
     * The same for so many floating-point operations: beside work of as many, its samples are about as long, and meet a
     * disturbance as often.
     */
    public FmaPeak of(double operations) {
        return new FmaPeak(
                pool,
                loop,
                (int) Math.min(Integer.MAX_VALUE, Math.ceil(operations / operationsPerTrip)),
                operationsPerTrip);
    }

    /** Runs the loop once on every thread. */
    public void run() {
        if (pool.threads() == 1) {
            loop.run(trips);
        } else {
            pool.map(pool.threads(), thread -> loop.run(trips));
        }
    }

    /** Billions of floating-point operations a second, if {@link #run} took so long. */
    public double gigaflops(double micros) {
        return operationsPerTrip * trips / micros / 1e3;
    }

    /**
     * Whether something disturbed a measurement: other work on the machine lowers a peak more than what it is compared with.
     *
     * @param peak GFLOP/s of the measurement
     * @param knownPeak GFLOP/s that these cores have shown
     */
    public static boolean isDisturbed(double peak, double knownPeak) {
        return peak < QUIET * knownPeak;
    }
}

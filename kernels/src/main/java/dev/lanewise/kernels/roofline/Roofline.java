package dev.lanewise.kernels.roofline;

import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.Arrays;

/**
 * The two limits of a core: how fast it multiplies and adds, and how fast it reads memory. Work that does few sums for each
 * byte is limited by the second.
 *
 * @param gigaflops billions of floating-point operations a second, two for each multiply-add
 * @param gigabytesPerSecond billions of bytes
 * @see <a href="https://doi.org/10.1145/1498765.1498785">Williams, Waterman and Patterson: Roofline</a>
 */
public record Roofline(double gigaflops, double gigabytesPerSecond) {

    /** About 200 microseconds. */
    private static final int TRIPS = 100_000;

    private static final int SAMPLES = 12;

    /** Enough short calls for the JVM to compile the whole method, not only its loop in mid-run. */
    private static final int WARM_UP_CALLS = 2_000;

    private static final int WARM_UP_FLOATS = 1 << 12;

    /** More than nearly any cache holds. */
    private static final long MOST_BYTES = 128L << 20;

    /**
     * Measures the core that the calling thread runs on, in about half a second: the best of some samples each, so that what
     * else runs on the machine lowers it only if it never rests.
     *
     * @param bytes the memory that the work goes through again and again: what is small stays in a cache
     */
    public static Roofline measure(VectorWidth width, long bytes) {
        return new Roofline(products(width), reading(width, bytes));
    }

    /** The least time that work can take, in microseconds. */
    public double leastMicros(long multiplyAdds, long bytes) {
        return Math.max(multiplyMicros(multiplyAdds), readMicros(bytes));
    }

    /** Whether moving so many bytes takes longer than so many sums. */
    public boolean limitedByMemory(long multiplyAdds, long bytes) {
        return readMicros(bytes) > multiplyMicros(multiplyAdds);
    }

    private double multiplyMicros(long multiplyAdds) {
        return 2e-3 * multiplyAdds / gigaflops;
    }

    private double readMicros(long bytes) {
        return 1e-3 * bytes / gigabytesPerSecond;
    }

    private static double products(VectorWidth width) {
        double most = 0;
        for (int accumulators : FmaLoop.ACCUMULATORS) {
            FmaLoop loop = FmaLoop.of(width, accumulators);
            for (int call = 0; call < WARM_UP_CALLS; call++) {
                loop.run(100);
            }
            double nanoseconds = best(() -> loop.run(TRIPS));
            most = Math.max(most, 2.0 * accumulators * width.lanes() * TRIPS / nanoseconds);
        }
        return most;
    }

    private static double reading(VectorWidth width, long bytes) {
        ReadLoop loop = ReadLoop.of(width);
        float[] data = new float[(int) Math.max(WARM_UP_FLOATS, Math.min(bytes, MOST_BYTES) / Float.BYTES)];
        // So that the system has given all of its pages.
        Arrays.fill(data, 1);
        for (int call = 0; call < WARM_UP_CALLS; call++) {
            loop.run(data, WARM_UP_FLOATS);
        }
        return Float.BYTES * (double) data.length / best(() -> loop.run(data, data.length));
    }

    private static double best(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int sample = 0; sample < SAMPLES; sample++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }
}

package dev.lanewise.kernels.conv;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has C2 compile a kernel before it works. Each of its two methods is called many times with next to nothing to do, so that
 * it is compiled as a whole; called at once with a long band, a loop in it would be compiled on its own while it runs, which
 * gives slower code, and the whole method much later.
 */
final class WarmUp {

    /** In a call: one turn of the innermost loop or a few, as the kernel reads its table. */
    private static final int ENTRIES = 4;

    /** C2 is asked for a method at its 5,000th call. */
    private static final int LEAST_CALLS = 5_200;

    private static final int CALLS_BETWEEN_LOOKS = 16;
    /** Looks in a row that find the method compiled. */
    private static final int LOOKS = 3;

    /** What looking itself may allocate; a boxed vector has some 40 bytes, and a call makes dozens. */
    private static final long BYTES_OF_A_LOOK = 1_000;

    private static final long MOST_NANOSECONDS = 3_000_000_000L;

    /** Enough for the widest tile of any kernel, with all its taps. */
    private static final int FLOATS = 1 << 16;

    private static final Set<Method> DONE = ConcurrentHashMap.newKeySet();

    private record Method(BandKernel kernel, boolean wide) {}

    private WarmUp() {}

    /** Warms up what a kernel needs for rows of these lengths. Does nothing for a method that is warm. */
    static void of(BandKernel kernel, TileSplit split, int... lengths) {
        boolean wide = false;
        boolean narrow = false;
        for (int length : lengths) {
            wide |= split.wideTiles(length) > 0;
            narrow |= split.narrowTiles(length) > 0;
        }
        if (wide && DONE.add(new Method(kernel, true))) {
            untilCompiled(kernel, 1, 0);
        }
        if (narrow && DONE.add(new Method(kernel, false))) {
            untilCompiled(kernel, 0, 1);
        }
    }

    /** Calls a kernel until it allocates nothing any more: what C2 has not compiled boxes every vector. Gives up after some time. */
    private static void untilCompiled(BandKernel kernel, int wideTiles, int narrowTiles) {
        Band band = smallBand(wideTiles, narrowTiles);
        call(kernel, band, LEAST_CALLS);
        long start = System.nanoTime();
        int compiled = 0;
        while (compiled < LOOKS && System.nanoTime() - start < MOST_NANOSECONDS) {
            long before = allocated();
            call(kernel, band, CALLS_BETWEEN_LOOKS);
            compiled = allocated() - before < BYTES_OF_A_LOOK ? compiled + 1 : 0;
            if (compiled == 0) {
                leaveTheCoreToC2();
            }
        }
    }

    private static void call(BandKernel kernel, Band band, int times) {
        for (int call = 0; call < times; call++) {
            kernel.run(band);
        }
    }

    /** Where there is no other core, every call while C2 is at work delays it. */
    private static void leaveTheCoreToC2() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Band smallBand(int wideTiles, int narrowTiles) {
        Band band = new Band();
        band.input = new float[FLOATS];
        band.weights = new float[FLOATS];
        band.initial = new float[FLOATS];
        band.residual = new float[FLOATS];
        band.output = new float[FLOATS];
        band.taps = new int[64];
        band.to = ENTRIES;
        band.outputBlock = 1 << 10;
        band.rows = 1;
        band.wideTiles = wideTiles;
        band.narrowTiles = narrowTiles;
        band.pixels = ENTRIES;
        return band;
    }

    private static long allocated() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getThreadAllocatedBytes(Thread.currentThread().getId())
                : 0;
    }
}

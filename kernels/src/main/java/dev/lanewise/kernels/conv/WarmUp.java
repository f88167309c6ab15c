package dev.lanewise.kernels.conv;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Has C2 compile a kernel before it works. A kernel is called many times with next to nothing to do, so that its methods are
 * compiled as a whole; called at once with a long band, a loop in it would be compiled on its own while it runs, which gives
 * slower code, and the whole method much later.
 */
final class WarmUp {

    private static final int CALLS_BETWEEN_LOOKS = 1_000;
    /** C2 looks at a method at its 5,000th call; some more make sure. */
    private static final int LEAST_CALLS = 8_000;

    private static final long MOST_NANOSECONDS = 1_500_000_000L;

    /** Enough for the widest tile of any kernel, with all its taps. */
    private static final int FLOATS = 1 << 16;

    private static final Set<BandKernel> DONE =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private WarmUp() {}

    /** Calls a kernel until it allocates nothing any more, or for some time. Does nothing for one that is warm. */
    static void of(BandKernel kernel) {
        if (!DONE.add(kernel)) {
            return;
        }
        Band band = smallBand();
        long start = System.nanoTime();
        long before = allocated();
        for (int calls = 1; System.nanoTime() - start < MOST_NANOSECONDS; calls++) {
            kernel.run(band);
            if (calls % CALLS_BETWEEN_LOOKS == 0) {
                long now = allocated();
                if (now - before < CALLS_BETWEEN_LOOKS && calls >= LEAST_CALLS) {
                    return;
                }
                before = allocated();
            }
        }
    }

    /** One tile of each width, one tap. */
    private static Band smallBand() {
        Band band = new Band();
        band.input = new float[FLOATS];
        band.weights = new float[FLOATS];
        band.initial = new float[FLOATS];
        band.residual = new float[FLOATS];
        band.output = new float[FLOATS];
        band.taps = new int[64];
        band.to = 1;
        band.outputBlock = 1 << 10;
        band.rows = 1;
        band.wideTiles = 1;
        band.narrowTiles = 1;
        return band;
    }

    private static long allocated() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getThreadAllocatedBytes(Thread.currentThread().getId())
                : 0;
    }
}

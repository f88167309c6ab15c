package dev.lanewise.kernels.codegen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has C2 compile kernels before they work. A kernel is called many times with next to nothing to do, so that it is compiled
 * as a whole; called at once with a long row, a loop in it would be compiled on its own while it runs, which gives slower
 * code, and the whole method much later.
 */
public final class WarmUp {

    /** C2 is asked for a method at its 5,000th call, or earlier, when calls and turns of its loops are 15,000 together. */
    private static final int LEAST_CALLS = 2_500;

    private static final int MOST_CALLS_BEFORE_C2 = 5_200;

    private static final int CALLS_BETWEEN_LOOKS = 16;
    /** Looks in a row that find the method compiled. */
    private static final int LOOKS = 3;

    /** What looking itself may allocate; a boxed vector has some 40 bytes, and a call makes dozens. */
    private static final long BYTES_OF_A_LOOK = 1_000;

    /** On a machine that has a core for C2. */
    private static final long MOST_NANOSECONDS = 3_000_000_000L;

    private static final Map<Object, WarmUp> ALL = new ConcurrentHashMap<>();

    private final Runnable call;
    private boolean begun;
    private boolean finished;

    private WarmUp(Runnable call) {
        this.call = call;
    }

    /**
     * The one warm-up of a kernel.
     *
     * @param call calls the kernel with one turn of each of its loops, or a few
     */
    public static WarmUp of(Object kernel, Runnable call) {
        return ALL.computeIfAbsent(kernel, any -> new WarmUp(call));
    }

    /** Calls the kernel so often that C2 is asked for it, and leaves it to C2; does nothing the second time. */
    public synchronized void begin() {
        if (!begun) {
            begun = true;
            call(LEAST_CALLS);
        }
    }

    /**
     * Calls the kernel until it allocates nothing any more: what C2 has not compiled boxes every vector. Gives up after some
     * time, and does nothing the second time.
     */
    public synchronized void finish() {
        begin();
        if (finished) {
            return;
        }
        long start = System.nanoTime();
        long most = Patience.stretched(MOST_NANOSECONDS);
        int compiled = 0;
        int calls = LEAST_CALLS;
        while (compiled < LOOKS && System.nanoTime() - start < most) {
            long before = AllocatedBytes.ofThisThread();
            call(CALLS_BETWEEN_LOOKS);
            calls += CALLS_BETWEEN_LOOKS;
            compiled = AllocatedBytes.ofThisThread() - before < BYTES_OF_A_LOOK ? compiled + 1 : 0;
            if (compiled == 0 && calls > MOST_CALLS_BEFORE_C2) {
                leaveTheCoreToC2();
            }
        }
        finished = true;
    }

    private void call(int times) {
        for (int i = 0; i < times; i++) {
            call.run();
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
}

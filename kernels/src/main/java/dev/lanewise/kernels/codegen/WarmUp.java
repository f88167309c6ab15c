package dev.lanewise.kernels.codegen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has C2 compile kernels before they work. A kernel is called many times with next to nothing to do, so that it is compiled
 * as a whole; called at once with a long row, a loop in it would be compiled on its own while it runs, which gives slower
 * code, and the whole method much later.
 */
public final class WarmUp {

    /**
     * Of a kernel's idle loop, in each call. C1 compiles a method after 200 calls; then C2 is asked for it at its 5,000th
     * call, or from the 600th on once calls and turns of its loops are 15,000 together. Idle turns cost next to nothing,
     * while everything that a kernel does before it is compiled takes its time, and makes C2 compile methods of the vector
     * library. C2 would be asked for a loop on its own at 40,000 turns.
     *
     * @see <a href="https://github.com/openjdk/jdk/blob/jdk-17+35/src/hotspot/share/compiler/compilationPolicy.hpp">The
     *     policy of OpenJDK</a>
     */
    public static final int IDLE_TURNS = 32;

    private static final int LEAST_CALLS = 900;

    private static final int MOST_CALLS_BEFORE_C2 = 1_200;

    private static final int CALLS_BETWEEN_LOOKS = 16;

    /** All thresholds grow with the length of C2's queue. */
    private static final int CALLS_BESIDE_C2 = 64;

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
            int more = calls > MOST_CALLS_BEFORE_C2 ? CALLS_BESIDE_C2 : CALLS_BETWEEN_LOOKS;
            call(more);
            calls += more;
            compiled = AllocatedBytes.ofThisThread() - before < BYTES_OF_A_LOOK ? compiled + 1 : 0;
            if (compiled == 0 && calls > MOST_CALLS_BEFORE_C2) {
                leaveTheCoreToC2();
            }
        }
        finished = true;
    }

    /** Writes a kernel's idle loop, which turns as often as the field {@code idleTurns} of the operands says. */
    public static void idleLoop(Source source, String operands) {
        source.line("for (int turn = 0; turn < %s.idleTurns; turn++) {}", operands);
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

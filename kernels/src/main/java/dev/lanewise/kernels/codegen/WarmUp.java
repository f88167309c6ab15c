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
    public static final int IDLE_TURNS = 24;

    /** After 1,000 calls C2 keeps a method in its queue though nobody calls it any more. */
    private static final int FIRST_CALLS = 1_100;

    /**
     * While C2 is busy all thresholds are higher, and a method may have to begin anew with counting. Waiting longer for fewer
     * calls leaves C2 idle in between, calling more often takes the core from it.
     */
    private static final int MORE_CALLS = 300;

    private static final int LOOKS_BEFORE_MORE_CALLS = 25;

    /** Looks in a row that find the method compiled. */
    private static final int LOOKS = 3;

    /** What looking itself may allocate; a boxed vector has some 40 bytes, and a call makes dozens. */
    private static final long BYTES_OF_A_LOOK = 1_000;

    /** On a machine that has a core for C2. */
    private static final long MOST_NANOSECONDS = 3_000_000_000L;

    private static final Map<Object, WarmUp> ALL = new ConcurrentHashMap<>();

    private final String kernel;
    private final Runnable call;
    private boolean begun;
    private boolean finished;

    private WarmUp(String kernel, Runnable call) {
        this.kernel = kernel;
        this.call = call;
    }

    /**
     * The one warm-up of a kernel.
     *
     * @param call calls the kernel with one turn of each of its loops, or a few
     */
    public static WarmUp of(Object kernel, Runnable call) {
        return ALL.computeIfAbsent(kernel, any -> new WarmUp(kernel.getClass().getSimpleName(), call));
    }

    /** The kernel's name, which is a formula of what it computes and how. */
    public String kernel() {
        return kernel;
    }

    /** Calls the kernel so often that C2 is asked for it, and leaves it to C2; does nothing the second time. */
    public synchronized void begin() {
        if (!begun) {
            begun = true;
            call(FIRST_CALLS);
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
        for (int look = 1; compiled < LOOKS && System.nanoTime() - start < most; look++) {
            long before = AllocatedBytes.ofThisThread();
            call.run();
            compiled = AllocatedBytes.ofThisThread() - before < BYTES_OF_A_LOOK ? compiled + 1 : 0;
            if (compiled == 0) {
                leaveTheCoreToC2();
                call(look % LOOKS_BEFORE_MORE_CALLS == 0 ? MORE_CALLS : 0);
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

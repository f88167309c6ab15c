package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.Source;

/**
 * Branches that are never taken, and that C2 cannot know of: were one taken, the sums would be needed as they are there, so
 * they are computed before it. Without them C2 loads what several taps need at once, and runs out of registers. Each costs
 * one instruction.
 *
 * <p>A branch must come back: since JDK 20 C2 keeps what is needed where a branch leads to, and nothing at all for one that
 * ends in an exception.
 *
 * @see <a href="https://bugs.openjdk.org/browse/JDK-8286104">JDK-8286104</a>
 */
final class Fences {

    /** In a turn of a kernel's loop. */
    static final int MOST = 16;

    /**
     * Whether the check of an input's bounds is such a branch itself. In JDK 25 it is none; in which release after 17 that
     * began was not looked into.
     */
    static final boolean BOUNDS_CHECKS_ARE_FENCES = Runtime.version().feature() <= 17;

    private Fences() {}

    /** Declares what fences 1 to {@code count - 1} compare with. */
    static void declare(Source source, int count) {
        for (int number = 1; number < Math.min(count, MOST); number++) {
            source.line("int fence%d = band.fences[%d];", number, number);
        }
    }

    /** Between two taps; none where there are too many. */
    static void write(Source source, String offset, int number) {
        if (number < MOST) {
            source.line("if (%s == fence%d) fence%d = 0;", offset, number, number);
        }
    }
}

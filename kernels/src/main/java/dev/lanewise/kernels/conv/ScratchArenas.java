package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Memory for what a convolution needs only while it runs. A run takes an arena and gives it back; the next run, of whatever
 * convolution, takes it again. So there are as many as ever ran at once, each as large as the largest run needed, and
 * warm runs allocate none.
 */
final class ScratchArenas {

    /** Those of this JVM. */
    static final ScratchArenas SHARED = new ScratchArenas();

    private final Deque<Arena> spare = new ArrayDeque<>();

    /** An arena of at least so many floats, with whatever is in it. */
    Arena take(int floats) {
        synchronized (spare) {
            for (Iterator<Arena> arenas = spare.iterator(); arenas.hasNext(); ) {
                Arena arena = arenas.next();
                if (arena.capacity() >= floats) {
                    arenas.remove();
                    return arena;
                }
            }
            // One that is too small for this run makes room for the one that replaces it.
            spare.pollLast();
        }
        return Arena.allocate(floats);
    }

    void giveBack(Arena arena) {
        synchronized (spare) {
            spare.addFirst(arena);
        }
    }
}

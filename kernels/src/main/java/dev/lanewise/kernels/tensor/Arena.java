package dev.lanewise.kernels.tensor;

import java.util.Arrays;

/**
 * Memory for tensors on the heap, of which everything begins at a multiple of 64 bytes: a vector of any width is then
 * loaded from one cache line. What is taken from an arena is an index into its one array. An arena belongs to one thread
 * at a time, and is never cleared: what is taken holds what it held before, at first zeros.
 *
 * <p>The alignment holds with the G1 collector, whose large objects begin with a region and do not move within it.
 * Small arenas are made large enough for that, so that an array takes at least half a region (0.5 to 16 MB). With other
 * collectors everything works, but some loads cross cache lines.
 */
public final class Arena {

    /** Floats in 64 bytes. */
    public static final int ALIGNMENT = 64 / Float.BYTES;

    /** The most floats that an arena can have: an array's limit less what aligns it. */
    public static final int MAX_CAPACITY = (Integer.MAX_VALUE - 8) / ALIGNMENT * ALIGNMENT - ALIGNMENT;

    private final float[] data;
    private final int base;
    private final int capacity;
    private int taken;

    private Arena(float[] data, int base, int capacity) {
        this.data = data;
        this.base = base;
        this.capacity = capacity;
    }

    /**
     * @param floats that can be taken from the arena; rounded up to a multiple of {@link #ALIGNMENT}
     * @throws IllegalArgumentException if that is negative or more than {@link #MAX_CAPACITY}
     */
    public static Arena allocate(int floats) {
        if (floats < 0 || floats > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "an arena has 0 to " + MAX_CAPACITY + " floats, not " + floats + "; use several for more");
        }
        int capacity = aligned(floats);
        int base = HeapLayout.floatsBeforeAlignment(ALIGNMENT * Float.BYTES);
        return new Arena(new float[Math.max(base + capacity, HeapLayout.floatsThatDoNotMove())], base, capacity);
    }

    /** The array that everything lies in. It may be longer than what can be taken. */
    public float[] data() {
        return data;
    }

    /** The first aligned index: that of what is taken first. */
    public int base() {
        return base;
    }

    /** How many floats can be taken in all. */
    public int capacity() {
        return capacity;
    }

    /** How many floats have been taken, what was lost to alignment included. */
    public int taken() {
        return taken;
    }

    /**
     * Takes the next floats.
     *
     * @return the index of the first of them; it is aligned
     * @throws IllegalArgumentException if not so many are left
     */
    public int take(int floats) {
        if (floats < 0 || floats > capacity - taken) {
            throw new IllegalArgumentException("cannot take " + floats + " floats from an arena that has "
                    + (capacity - taken) + " of its " + capacity + " left");
        }
        int index = base + taken;
        taken += aligned(floats);
        return index;
    }

    /** Gives back everything that was taken. */
    public void reset() {
        taken = 0;
    }

    /** Fills everything that can be taken with zeros. */
    public void clear() {
        Arrays.fill(data, base, base + capacity, 0);
    }

    /** The next multiple of {@link #ALIGNMENT}: what a tensor of so many floats takes from an arena. */
    public static int aligned(int floats) {
        return Math.multiplyExact(Math.addExact(floats, ALIGNMENT - 1) / ALIGNMENT, ALIGNMENT);
    }
}

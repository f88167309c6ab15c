package dev.lanewise.kernels.conv;

import java.util.Arrays;

/**
 * The operands of one call of a {@link BandKernel}, set by the loop nest; one object serves a thread for many calls. Public
 * only because generated classes live in a package of their own.
 *
 * <p>Offsets and pitches are in floats. Output pixel {@code p}, vector {@code v} starts from {@code initial} (bias, or the
 * partial sums of the taps before), plus the residual where the kernel has one, and takes one fma for each tap from
 * {@code from} to {@code to - 1}.
 */
public final class Band {

    private static final float[] NOTHING = {};
    private static final int[] NO_OFFSETS = new int[Fences.MOST];

    static {
        Arrays.fill(NO_OFFSETS, Integer.MIN_VALUE);
    }

    public float[] input = NOTHING;
    public int inputOffset;
    /** From the input of an output row to that of the next. */
    public int inputRow;

    /** For each tap (or kernel row, as the template wants), where it is seen from the first output pixel's first tap. */
    public int[] taps = {};

    public int from;
    public int to;

    /** Packed in the order in which the kernel reads them. */
    public float[] weights = NOTHING;

    public int weightOffset;

    public float[] initial = NOTHING;
    public int initialOffset;
    public int initialBlock;
    /** From a pixel's partial sums to the next one's, as in the output; 0 where all tiles start as one does. */
    public int initialPixel;

    /** From a row of partial sums to the next; 0 where there are none. */
    public int initialRow;

    public float[] residual = NOTHING;
    public int residualOffset;
    public int residualBlock;
    public int residualRow;

    public float[] output = NOTHING;
    public int outputOffset;
    public int outputBlock;
    public int outputRow;

    /**
     * Numbers that no offset has, which C2 cannot know. A kernel compares offsets with one after the other: C2 would leave
     * out a second comparison with the same.
     */
    public final int[] fences = NO_OFFSETS;

    /** The lowest and the highest result of a kernel that limits its results. */
    public float[] bounds = Bounds.NONE.values();

    public int rows;
    /** In each row. */
    public int tiles;

    /** Where the first tile of a row begins. */
    public int firstPixel;

    /** In each row, those of all tiles, whichever kernel computes them. */
    public int pixels;

    /** Turns of a loop that does nothing, but for {@link dev.lanewise.kernels.codegen.WarmUp}. */
    public int idleTurns;
}

package dev.lanewise.kernels.conv;

/**
 * The operands of one call of a {@link TileRowKernel}: one vector of channels of one row of Winograd tiles, of 4x4 outputs
 * each, as an image and as its 36 frequencies. One object serves a thread for many rows. Public only because generated
 * classes live in a package of their own.
 *
 * <p>Offsets are in floats.
 */
public final class TileRow {

    private static final float[] NOTHING = {};

    public int tiles;

    /** The input or the output, from the first tile's first pixel. */
    public float[] image = NOTHING;

    public int imageOffset;
    /** From a row of pixels to the next. */
    public int imagePitch;

    /** Transformed patches or their products with the weights. */
    public float[] frequencies = NOTHING;

    public int frequencyOffset;
    /** From a frequency to the next. */
    public int frequencyPitch;

    /** Room for half-transformed tiles: {@code 28 * tiles + 12} vectors. */
    public float[] buffer = NOTHING;

    public int bufferOffset;

    /** Outputs in the image, of the four by four times {@code tiles}. */
    public int rows;

    public int columns;

    public float[] bias = NOTHING;
    public int biasOffset;

    public float[] residual = NOTHING;
    public int residualOffset;
    public int residualPitch;

    /** Turns of a loop that does nothing, but for {@link dev.lanewise.kernels.codegen.WarmUp}. */
    public int idleTurns;
}

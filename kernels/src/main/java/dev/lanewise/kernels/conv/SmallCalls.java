package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.WarmUp;

/** The kernels of this room called with next to nothing to do, for their {@link WarmUp}. */
final class SmallCalls {

    /** Of the table: a turn of the innermost loop or a few, as the kernel reads it. */
    private static final int ENTRIES = 4;

    /** Enough for the widest tile of any kernel, with all its taps. */
    private static final int FLOATS = 1 << 16;

    /** Of Winograd, in a row. */
    private static final int TILES = 2;

    /** From a block, a frequency or a row to the next. */
    private static final int PITCH = 1 << 10;

    private static final float[] READ = new float[FLOATS];
    private static final float[] WRITTEN = new float[FLOATS];

    private SmallCalls() {}

    static WarmUp ofBand(BandKernel kernel) {
        Band band = band();
        return WarmUp.of(kernel, () -> kernel.run(band));
    }

    static WarmUp ofTileRow(TileRowKernel kernel) {
        TileRow row = tileRow();
        return WarmUp.of(kernel, () -> kernel.run(row));
    }

    private static Band band() {
        Band band = new Band();
        band.input = READ;
        band.weights = READ;
        band.initial = READ;
        band.residual = READ;
        band.output = WRITTEN;
        band.taps = new int[64];
        band.to = ENTRIES;
        band.outputBlock = PITCH;
        band.rows = 1;
        band.tiles = 1;
        band.pixels = ENTRIES;
        band.idleTurns = WarmUp.IDLE_TURNS;
        return band;
    }

    private static TileRow tileRow() {
        TileRow row = new TileRow();
        row.tiles = TILES;
        row.image = WRITTEN;
        row.imagePitch = PITCH;
        row.frequencies = WRITTEN;
        row.frequencyPitch = PITCH;
        row.buffer = new float[FLOATS];
        row.rows = 1;
        row.columns = TILES;
        row.bias = READ;
        row.residual = READ;
        row.idleTurns = WarmUp.IDLE_TURNS;
        return row;
    }
}

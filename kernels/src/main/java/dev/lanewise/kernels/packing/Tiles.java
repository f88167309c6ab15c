package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.packing.Movement.Pitches;

/**
 * Covers runs of pixels with a kernel's tiles. What is left at the end of a run is moved by one more tile, which overlaps
 * the one before it; as a second call, since a loop within the kernel that has two beginnings runs slower.
 *
 * @param width columns of a tile
 */
record Tiles(TransposeKernel kernel, int width, Pitches pitches) {

    /** There must be at least as many columns as a tile has. */
    void run(float[] in, int inAt, float[] out, int outAt, int[] starts, int rows, int columns) {
        int rest = columns % width;
        kernel.run(in, inAt, pitches.inRow(), out, outAt, pitches.outRow(), starts, rows, columns - rest);
        if (rest > 0) {
            int inLast = inAt + (columns - width) * pitches.inPixel();
            int outLast = outAt + (columns - width) * pitches.outPixel();
            kernel.run(in, inLast, pitches.inRow(), out, outLast, pitches.outRow(), starts, rows, width);
        }
    }
}

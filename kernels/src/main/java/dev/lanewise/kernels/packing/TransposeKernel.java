package dev.lanewise.kernels.packing;

/**
 * Moves runs of pixels between interleaved lanes and as many separate rows. Public only so that generated classes can
 * implement it; they trust their arguments.
 */
public interface TransposeKernel {

    /**
     * Moves {@code rows} runs of {@code columns} pixels. The side of the rows has one float after another, the other side
     * a block per pixel. The columns are whole tiles of the kernel.
     *
     * @param starts for every lane where its row begins, from {@code inAt} on if rows are read, from {@code outAt} on if
     *     they are written
     * @param inRow floats from one run to the next in {@code in}; likewise {@code outRow}
     */
    void run(float[] in, int inAt, int inRow, float[] out, int outAt, int outRow, int[] starts, int rows, int columns);
}

package dev.lanewise.kernels.packing;

import java.util.Arrays;

/** How some lanes of a block are moved. What an instance holds fits every image and every part of a plane. */
sealed interface Movement permits Runs, Gather, Scatter {

    /**
     * Moves a part of one image.
     *
     * @param inAt where the image begins, moved on to the part's first pixel; likewise {@code outAt}
     */
    void move(float[] in, int inAt, float[] out, int outAt, int rows, int columns);

    /** How far rows and pixels of two tensors are apart, in floats. */
    record Pitches(int inRow, int inPixel, int outRow, int outPixel) {}

    /**
     * Some adjacent lanes of a block. Starts are where a lane has its first pixel, in floats from where an image begins.
     *
     * @param in for every lane its start on the side that is read, or -1 for an empty slot
     * @param out likewise on the side that is written; where only {@code in} has none, zeros are written
     */
    record Lanes(Pitches pitches, int[] in, int[] out) {

        int count() {
            return in.length;
        }

        Lanes part(int from, int count) {
            return new Lanes(
                    pitches, Arrays.copyOfRange(in, from, from + count), Arrays.copyOfRange(out, from, from + count));
        }

        boolean isEmpty(int lane) {
            return in[lane] < 0;
        }

        /** Whether every pixel is one run of floats, and all of a row's. */
        boolean sameOnBothSides() {
            boolean same = pitches.inPixel == in.length && pitches.outPixel == in.length;
            for (int lane = 0; lane < in.length; lane++) {
                same &= in[lane] == in[0] + lane;
            }
            return same;
        }

        boolean allEmpty() {
            return Arrays.stream(in).allMatch(start -> start < 0);
        }
    }
}

package dev.lanewise.kernels.conv;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * How many taps of its table a kernel whose lanes are output channels takes in one turn of its loop. Counting, finding
 * the inputs and checking their bounds take about as many instructions as the multiply-adds of a tap: a turn of several
 * taps pays for them once, and the core has instructions to spare when another thread shares it.
 *
 * @param taps in a turn; the length of every sum and of every chunk of it is a multiple
 * @param adjacent whether the inputs of a turn lie side by side, so that the table needs only the first of them
 */
record TapStep(int taps, boolean adjacent) {

    static final TapStep SINGLE = new TapStep(1, true);

    static final int MOST_TAPS = 4;

    /** Vector operations in the loop's body, beyond which C2 may stop inlining and box every vector. */
    private static final int MOST_OPERATIONS = 96;

    /**
     * The widest step that all tables of a convolution and their chunks can be walked in.
     *
     * @param tables where each tap of a group is; all have one length
     * @param chunk taps in a chunk
     * @param operations vector operations for each tap
     * @param inputPixel floats from the input of an output pixel to that of the next
     */
    static TapStep of(int[][] tables, int chunk, int operations, int inputPixel) {
        for (int taps = Math.min(MOST_TAPS, MOST_OPERATIONS / operations); taps > 1; taps--) {
            if (tables[0].length % taps == 0 && chunk % taps == 0) {
                int step = taps;
                // Taps of one pixel that are taps of its neighbour too would be loaded once and occupy a register each.
                boolean apart = taps <= inputPixel;
                return new TapStep(taps, apart && Arrays.stream(tables).allMatch(table -> liesInRuns(table, step)));
            }
        }
        return SINGLE;
    }

    private static boolean liesInRuns(int[] table, int length) {
        for (int tap = 0; tap < table.length; tap++) {
            int within = tap % length;
            if (table[tap] != table[tap - within] + within) {
                return false;
            }
        }
        return true;
    }

    /** Entries of the table that a turn reads. */
    int entries() {
        return adjacent ? 1 : taps;
    }

    /** The tables that the kernel reads. */
    int[][] tables(int[][] tables) {
        return adjacent && taps > 1 ? Stream.of(tables).map(this::firsts).toArray(int[][]::new) : tables;
    }

    private int[] firsts(int[] table) {
        int[] firsts = new int[table.length / taps];
        Arrays.setAll(firsts, run -> table[run * taps]);
        return firsts;
    }
}

package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TapStepTest {

    private static final int FEW_OPERATIONS = 20;

    @Test
    void takesFourNeighboursFromOneEntry() {
        int[][] tables = {{0, 1, 2, 3, 100, 101, 102, 103}};
        TapStep step = TapStep.of(tables, 8, FEW_OPERATIONS, 16);

        assertEquals(new TapStep(4, true), step);
        assertArrayEquals(new int[][] {{0, 100}}, step.tables(tables));
    }

    @Test
    void readsAnEntryForEveryTapWhereOneGroupsTapsLieApart() {
        int[][] tables = {{0, 1, 2, 3}, {0, 1, 2, 50}};
        TapStep step = TapStep.of(tables, 4, FEW_OPERATIONS, 16);

        assertEquals(new TapStep(4, false), step);
        assertArrayEquals(tables, step.tables(tables));
    }

    @Test
    void readsAnEntryForEveryTapWhereNeighbouringPixelsShareTaps() {
        assertEquals(new TapStep(4, false), TapStep.of(new int[][] {{0, 1, 2, 3}}, 4, FEW_OPERATIONS, 2));
    }

    @Test
    void dividesSumsAndChunksWithoutARest() {
        int[][] fifteenTaps = new int[1][15];
        int[][] sixteenTaps = new int[1][16];

        assertEquals(3, TapStep.of(fifteenTaps, 15, FEW_OPERATIONS, 16).taps());
        assertEquals(2, TapStep.of(sixteenTaps, 6, FEW_OPERATIONS, 16).taps());
        assertEquals(1, TapStep.of(sixteenTaps, 5, FEW_OPERATIONS, 16).taps());
    }

    @Test
    void keepsTheLoopSmallEnoughToBeInlined() {
        assertEquals(2, TapStep.of(new int[1][16], 16, 40, 16).taps());
        assertEquals(TapStep.SINGLE, TapStep.of(new int[1][16], 16, 60, 16));
    }
}

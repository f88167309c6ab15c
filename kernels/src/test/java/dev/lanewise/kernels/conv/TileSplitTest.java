package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileSplitTest {

    @ParameterizedTest
    @CsvSource({
        "28, 6, 5, 3, 2",
        "28, 5, 4, 4, 2",
        "14, 5, 4, 2, 1",
        "7, 4, 3, 1, 1",
        "49, 5, 4, 9, 1",
        "56, 8, 7, 7, 0"
    })
    void dividesARowIntoTilesOfTwoWidths(int length, int pixels, int narrow, int wideTiles, int narrowTiles) {
        TileSplit split = TileSplit.of(pixels, length);
        assertEquals(new TileSplit(pixels, narrow), split);
        assertEquals(wideTiles, split.wideTiles(length));
        assertEquals(narrowTiles, split.narrowTiles(length));
    }

    @Test
    void leavesNoPixelOver() {
        for (int length = 1; length <= 120; length++) {
            for (int pixels = 1; pixels <= Math.min(14, length); pixels++) {
                for (int last = pixels; last <= length; last += 7) {
                    TileSplit split = TileSplit.of(pixels, length, last);
                    assertTrue(split.narrow() < split.wide() || split.wide() == 1, split.toString());
                    assertEquals(length, pixels(split, length), split + " of " + length);
                    assertEquals(last, pixels(split, last), split + " of " + last);
                }
            }
        }
    }

    private static int pixels(TileSplit split, int length) {
        return split.wideTiles(length) * split.wide() + split.narrowTiles(length) * split.narrow();
    }
}

package dev.lanewise.kernels.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockedLayoutTest {

    private static final ChannelOrder ORDER = ChannelOrder.contiguous(6, 4);

    /** Two images of two blocks of 3 x 5 pixels, with pads of 1 above, 2 to the left, 3 below and 4 to the right. */
    private static final BlockedLayout PADDED = new BlockedLayout(2, ORDER, 3, 5, 1, 2, 3, 4);

    @Test
    void knowsItsPitches() {
        assertEquals(4, PADDED.block());
        assertEquals(11 * 4, PADDED.rowPitch());
        assertEquals(7 * 44, PADDED.blockPitch());
        assertEquals(2 * 308, PADDED.imagePitch());
        assertEquals(1232, PADDED.size());
        assertEquals(Shape.of(2, 6, 3, 5), PADDED.shape());
        assertTrue(PADDED.padded());
        assertFalse(BlockedLayout.of(1, ORDER, 3, 5).padded());
    }

    @Test
    void countsPixelsFromBehindThePadding() {
        assertEquals(44 + 2 * 4, PADDED.offset(0, 0, 0, 0));
        assertEquals(616 + 308 + 3 * 44 + 6 * 4, PADDED.offset(1, 1, 2, 4));
        assertEquals(0, PADDED.offset(0, 0, -1, -2));
        assertEquals(PADDED.offset(1, 1, 2, 4) + 1, PADDED.offsetOfChannel(1, 5, 2, 4));
        BlockedLayout groups = BlockedLayout.of(1, ChannelOrder.lanesOverGroups(8, 4, 4), 1, 1);
        assertEquals(4 + 3, groups.offsetOfChannel(0, 7, 0, 0));
    }

    @Test
    void withBlocksOfOneSlotItIsNchw() {
        BlockedLayout layout = BlockedLayout.of(2, ChannelOrder.contiguous(3, 1), 4, 5);
        int expected = 0;
        for (int image = 0; image < 2; image++) {
            for (int channel = 0; channel < 3; channel++) {
                for (int row = 0; row < 4; row++) {
                    for (int column = 0; column < 5; column++) {
                        assertEquals(expected++, layout.offsetOfChannel(image, channel, row, column));
                    }
                }
            }
        }
        assertEquals(expected, layout.size());
    }

    @Test
    void noTwoElementsShareAFloat() {
        BitSet seen = new BitSet();
        for (int image = 0; image < 2; image++) {
            for (int channel = 0; channel < 6; channel++) {
                for (int pixel = 0; pixel < 15; pixel++) {
                    int offset = PADDED.offsetOfChannel(image, channel, pixel / 5, pixel % 5);
                    assertFalse(seen.get(offset), "float " + offset);
                    seen.set(offset);
                }
            }
        }
        assertTrue(seen.length() <= PADDED.size());
    }

    @Test
    void takesThePaddingOfAWindow() {
        Window window = new Window(3, 3, 1, 1, 1, 1, 1, 2, 3, 4);
        assertEquals(PADDED, BlockedLayout.of(2, ORDER, 3, 5).paddedFor(window));
        assertEquals(BlockedLayout.of(2, ORDER, 3, 5), PADDED.paddedFor(Window.square(1, 1, 0)));
    }

    @Test
    void clearsThePaddingAndNothingElse() {
        int base = 3;
        float[] data = new float[base + PADDED.size() + 2];
        Arrays.fill(data, Float.NaN);
        PADDED.clearPadding(data, base);
        BitSet pixels = new BitSet();
        for (int image = 0; image < 2; image++) {
            for (int block = 0; block < 2; block++) {
                for (int pixel = 0; pixel < 15; pixel++) {
                    int offset = base + PADDED.offset(image, block, pixel / 5, pixel % 5);
                    pixels.set(offset, offset + 4);
                }
            }
        }
        for (int i = 0; i < data.length; i++) {
            boolean outside = i < base || i >= base + PADDED.size();
            assertEquals(outside || pixels.get(i) ? Float.NaN : 0, data[i], "float " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,3,5", "2,0,5", "2,3,0", "-1,3,5"})
    void refusesEmptyLayouts(int batch, int height, int width) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> BlockedLayout.of(batch, ORDER, height, width))
                .getMessage();
        assertEquals("a layout of batch " + batch + " and " + height + " x " + width + " pixels is empty", message);
    }

    @Test
    void refusesNegativePadding() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> new BlockedLayout(1, ORDER, 3, 5, 0, 1, -2, 3))
                .getMessage();
        assertEquals("negative padding: 0, 1, -2, 3 (top, left, bottom, right)", message);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2147483647, 1, 0",
        "1, 1, 2147483647, 2147483647",
        "1, 2147483647, 2147483647, 2147483647",
        "2147483647, 1, 1, 0",
        "1, 16384, 16384, 0",
        "65536, 4096, 1, 0"
    })
    void refusesWhatNoArrayHolds(int batch, int height, int width, int pad) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new BlockedLayout(batch, ORDER, height, width, pad, pad, pad, pad))
                .getMessage();
        assertTrue(message.endsWith("has more elements than an array"), message);
    }

    @Test
    void takesTheLargestThatAnArrayHolds() {
        BlockedLayout layout = BlockedLayout.of(1, ORDER, 268435454, 1);
        assertEquals(2147483632, layout.size());
        assertEquals(2147483631, layout.offset(0, 1, 268435453, 0) + 3);
        // One pixel more is an int, but no array.
        assertThrows(IllegalArgumentException.class, () -> BlockedLayout.of(1, ORDER, 268435455, 1));
    }
}

package dev.lanewise.kernels.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytePackingTest {

    private static final BlockedLayout RGB = BlockedLayout.of(1, ChannelOrder.contiguous(3, 4), 2, 2);

    @ParameterizedTest
    @CsvSource({"3,4,0", "3,1,1", "1,1,0", "1,4,2", "3,8,1", "3,16,3", "5,4,0", "18,16,1"})
    void givesEveryByteItsValueInItsSlot(int channels, int block, int pad) {
        long seed = channels * 100L + block;
        Random random = new Random(seed);
        ChannelOrder order = ChannelOrder.contiguous(channels, block);
        BlockedLayout to = new BlockedLayout(2, order, 5, 7, pad, pad + 1, 0, pad);
        float[][] values = new float[channels][256];
        for (float[] table : values) {
            for (int i = 0; i < 256; i++) {
                table[i] = random.nextFloat();
            }
        }
        byte[] in = new byte[4 + 2 * 5 * 7 * channels];
        random.nextBytes(in);
        float[] expected = new float[6 + to.size()];
        Arrays.fill(expected, Float.NaN);
        for (int image = 0; image < 2; image++) {
            for (int pixel = 0; pixel < 35; pixel++) {
                for (int slot = 0; slot < order.slots(); slot++) {
                    int channel = order.channel(slot);
                    int from = 4 + ((image * 35 + pixel) * channels + channel);
                    int at = 6 + to.offset(image, slot / block, pixel / 7, pixel % 7) + slot % block;
                    expected[at] = channel == ChannelOrder.EMPTY ? 0 : values[channel][Byte.toUnsignedInt(in[from])];
                }
            }
        }
        BytePacking packing = BytePacking.of(to, values);
        float[] out = new float[expected.length];
        Arrays.fill(out, Float.NaN);
        packing.run(in, 4, out, 6, 0, packing.rows());
        assertArrayEquals(expected, out, "seed " + seed);

        Arrays.fill(out, Float.NaN);
        ByteBuffer direct = ByteBuffer.allocateDirect(in.length).put(in);
        packing.run(direct, 4, out, 6, 0, 3);
        packing.run(direct, 4, out, 6, 3, packing.rows());
        assertArrayEquals(expected, out, "from a buffer, seed " + seed);
        assertEquals(in.length, direct.position());
    }

    @Test
    void scalesAndShiftsInOneRounding() {
        float[] scale = {1 / 255f, 0.017124753f, -3};
        float[] shift = {0, -2.117904f, 0x1p-30f};
        byte[] in = {0, 1, 2, (byte) 128, (byte) 254, (byte) 255, 100, 101, 102, 50, 51, 52};
        float[] out = new float[RGB.size()];
        BytePacking.scaled(RGB, scale, shift).run(in, 0, out, 0, 0, 2);
        for (int i = 0; i < in.length; i++) {
            float expected = Math.fma(in[i] & 0xff, scale[i % 3], shift[i % 3]);
            assertEquals(expected, out[i / 3 * 4 + i % 3], "byte " + i);
        }
    }

    /** A table is the layout's own: later changes to the caller's do not reach it. */
    @Test
    void keepsItsValues() {
        float[][] values = new float[3][256];
        BytePacking packing = BytePacking.of(RGB, values);
        values[0][0] = 1;
        float[] out = new float[RGB.size()];
        packing.run(new byte[12], 0, out, 0, 0, 2);
        assertArrayEquals(new float[RGB.size()], out);
    }

    @Test
    void refusesTablesThatDoNotFit() {
        assertRefused(
                "there are values for 2 channels, but the layout has 3", () -> BytePacking.of(RGB, new float[2][256]));
        assertRefused("channel 0 has 255 values, but a byte takes 256", () -> BytePacking.of(RGB, new float[3][255]));
        assertRefused(
                "there are 3 scales and 1 shifts, but the layout has 3 channels",
                () -> BytePacking.scaled(RGB, new float[3], new float[1]));
    }

    @Test
    void refusesShortArraysAndRowsThatAreNotThere() {
        BytePacking packing = BytePacking.of(RGB, new float[3][256]);
        float[] out = new float[16];
        assertRefused(
                "the source takes elements 1 to 13 of an array that has 12",
                () -> packing.run(new byte[12], 1, out, 0, 0, 2));
        assertRefused(
                "the source takes elements 0 to 12 of an array that has 11",
                () -> packing.run(ByteBuffer.allocate(11), 0, out, 0, 0, 2));
        assertRefused(
                "the target takes elements 1 to 17 of an array that has 16",
                () -> packing.run(new byte[12], 0, out, 1, 0, 2));
        assertRefused(
                "rows 1 to 3 are not among the 2 that there are", () -> packing.run(new byte[12], 0, out, 0, 1, 3));
    }

    private static void assertRefused(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}

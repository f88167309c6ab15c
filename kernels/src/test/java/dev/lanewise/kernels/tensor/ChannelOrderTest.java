package dev.lanewise.kernels.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelOrderTest {

    private static final int NONE = ChannelOrder.EMPTY;

    private static int[] channels(ChannelOrder order) {
        int[] channels = new int[order.slots()];
        Arrays.setAll(channels, order::channel);
        return channels;
    }

    private static void assertChannels(ChannelOrder order, int... expected) {
        assertEquals(Arrays.toString(expected), Arrays.toString(channels(order)));
    }

    @Test
    void keepsChannelsAsTheyCome() {
        assertChannels(ChannelOrder.contiguous(6, 4), 0, 1, 2, 3, 4, 5, NONE, NONE);
        assertChannels(ChannelOrder.contiguous(3, 1), 0, 1, 2);
    }

    @Test
    void startsGroupsOnBlocks() {
        assertChannels(
                ChannelOrder.groupAligned(10, 2, 4), 0, 1, 2, 3, 4, NONE, NONE, NONE, 5, 6, 7, 8, 9, NONE, NONE, NONE);
    }

    @Test
    void laysGroupsAcrossLanes() {
        // Six groups of two channels: four groups share the first two blocks, two the others.
        assertChannels(
                ChannelOrder.lanesOverGroups(12, 6, 4), 0, 2, 4, 6, 1, 3, 5, 7, 8, 10, NONE, NONE, 9, 11, NONE, NONE);
    }

    @Test
    void groupsOfOneChannelAreContiguous() {
        assertEquals(ChannelOrder.contiguous(37, 8), ChannelOrder.lanesOverGroups(37, 37, 8));
        assertEquals(ChannelOrder.contiguous(48, 16), ChannelOrder.groupAligned(48, 3, 16));
        assertNotEquals(ChannelOrder.contiguous(48, 16), ChannelOrder.contiguous(48, 8));
        assertNotEquals(ChannelOrder.contiguous(48, 16), ChannelOrder.lanesOverGroups(48, 16, 16));
        assertEquals(
                ChannelOrder.contiguous(37, 8).hashCode(),
                ChannelOrder.lanesOverGroups(37, 37, 8).hashCode());
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "12,3,4", "60,3,16", "104,13,8", "240,3,16", "58,1,16", "128,32,16", "7,7,4"})
    void everyChannelHasOneSlot(int channels, int groups, int block) {
        for (ChannelOrder order : new ChannelOrder[] {
            ChannelOrder.contiguous(channels, block),
            ChannelOrder.groupAligned(channels, groups, block),
            ChannelOrder.lanesOverGroups(channels, groups, block)
        }) {
            assertEquals(channels, order.channels());
            assertEquals(order.blocks() * block, order.slots());
            BitSet slots = new BitSet();
            for (int channel = 0; channel < channels; channel++) {
                assertEquals(channel, order.channel(order.slot(channel)));
                slots.set(order.slot(channel));
            }
            assertEquals(channels, slots.cardinality());
            for (int slot = slots.nextClearBit(0); slot < order.slots(); slot = slots.nextClearBit(slot + 1)) {
                assertEquals(NONE, order.channel(slot));
            }
        }
    }

    @Test
    void takesAnyPermutation() {
        int[] slots = {2, NONE, 0, 1};
        ChannelOrder order = ChannelOrder.of(4, slots);
        slots[0] = 7;
        assertChannels(order, 2, NONE, 0, 1);
        assertEquals(0, order.slot(2));
        assertEquals("3 channels in 1 blocks of 4", order.toString());
    }

    @Test
    void refusesChannelsThatAreMissingOrThereTwice() {
        String twice = assertThrows(IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[] {0, 1, 1, 2}))
                .getMessage();
        assertTrue(twice.startsWith("slot 2 holds channel 1, but the 4 slots"), twice);
        String missing = assertThrows(
                        IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[] {0, NONE, 2, NONE}))
                .getMessage();
        assertTrue(missing.startsWith("slot 2 holds channel 2, but the 2 slots"), missing);
        assertThrows(IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[] {0, -2, 1, 2}));
    }

    @Test
    void refusesBrokenBlocks() {
        assertThrows(IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[] {0, 1, 2}));
        assertThrows(IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[0]));
        String empty = assertThrows(
                        IllegalArgumentException.class, () -> ChannelOrder.of(4, new int[] {NONE, NONE, NONE, NONE}))
                .getMessage();
        assertEquals("all 4 slots are empty", empty);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 2, 3, 32})
    void refusesOtherBlocks(int block) {
        String message = assertThrows(IllegalArgumentException.class, () -> ChannelOrder.contiguous(8, block))
                .getMessage();
        assertEquals("a block has 1, 4, 8 or 16 slots, not " + block, message);
        assertThrows(IllegalArgumentException.class, () -> ChannelOrder.lanesOverGroups(8, 2, block));
    }

    @ParameterizedTest
    @CsvSource({"0,1", "8,0", "8,3", "8,-2", "-8,2"})
    void refusesGroupsThatDoNotDivideChannels(int channels, int groups) {
        String expected = channels + " channels do not divide into " + groups + " groups";
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> ChannelOrder.groupAligned(channels, groups, 4))
                        .getMessage());
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> ChannelOrder.lanesOverGroups(channels, groups, 4))
                        .getMessage());
    }
}

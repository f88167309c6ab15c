package dev.lanewise.kernels.tensor;

import java.util.Arrays;

/**
 * Which channel every slot of a blocked tensor holds. Slot {@code s} is lane {@code s % block} of block {@code s / block};
 * a slot may be empty, and what is stored in an empty slot means nothing. The order is fixed when a network is compiled: a
 * convolution may write any order and read any order, at no cost.
 */
public final class ChannelOrder {

    /** What {@link #channel} says of an empty slot. */
    public static final int EMPTY = -1;

    private final int block;
    private final int[] channelOfSlot;
    private final int[] slotOfChannel;

    private ChannelOrder(int block, int[] channelOfSlot) {
        this.block = block;
        this.channelOfSlot = channelOfSlot;
        int channels = (int)
                Arrays.stream(channelOfSlot).filter(channel -> channel != EMPTY).count();
        if (channels == 0) {
            throw new IllegalArgumentException("all " + channelOfSlot.length + " slots are empty");
        }
        slotOfChannel = new int[channels];
        Arrays.fill(slotOfChannel, EMPTY);
        for (int slot = 0; slot < channelOfSlot.length; slot++) {
            int channel = channelOfSlot[slot];
            if (channel == EMPTY) {
                continue;
            }
            if (channel < 0 || channel >= channels || slotOfChannel[channel] != EMPTY) {
                throw new IllegalArgumentException("slot " + slot + " holds channel " + channel + ", but the "
                        + channels + " slots that are not empty must hold every channel from 0 once");
            }
            slotOfChannel[channel] = slot;
        }
    }

    /**
     * @param block slots in a block: 1 (which is NCHW), 4, 8 or 16
     * @param channelOfSlot for every slot its channel or {@link #EMPTY}; whole blocks
     */
    public static ChannelOrder of(int block, int[] channelOfSlot) {
        requireBlock(block);
        if (channelOfSlot.length == 0 || channelOfSlot.length % block != 0) {
            throw new IllegalArgumentException(channelOfSlot.length + " slots are no whole blocks of " + block);
        }
        return new ChannelOrder(block, channelOfSlot.clone());
    }

    /** Channels as they come; the last block may end with empty slots. */
    public static ChannelOrder contiguous(int channels, int block) {
        return groupAligned(channels, 1, block);
    }

    /** Channels as they come, every group starting on a block. */
    public static ChannelOrder groupAligned(int channels, int groups, int block) {
        requireBlock(block);
        requireGroups(channels, groups);
        int perGroup = channels / groups;
        int slots = roundUp(perGroup, block);
        int[] order = new int[Math.multiplyExact(groups, slots)];
        Arrays.fill(order, EMPTY);
        for (int channel = 0; channel < channels; channel++) {
            order[channel / perGroup * slots + channel % perGroup] = channel;
        }
        return new ChannelOrder(block, order);
    }

    /**
     * Lanes are groups: block {@code b * c + i} holds channel {@code i} of the {@code c} channels of each of the groups
     * {@code b * block} to {@code b * block + block - 1}.
     */
    public static ChannelOrder lanesOverGroups(int channels, int groups, int block) {
        requireBlock(block);
        requireGroups(channels, groups);
        int perGroup = channels / groups;
        int[] order = new int[Math.multiplyExact(roundUp(groups, block), perGroup)];
        Arrays.fill(order, EMPTY);
        for (int channel = 0; channel < channels; channel++) {
            int group = channel / perGroup;
            order[(group / block * perGroup + channel % perGroup) * block + group % block] = channel;
        }
        return new ChannelOrder(block, order);
    }

    public int block() {
        return block;
    }

    public int blocks() {
        return channelOfSlot.length / block;
    }

    public int slots() {
        return channelOfSlot.length;
    }

    public int channels() {
        return slotOfChannel.length;
    }

    /** The channel in a slot, or {@link #EMPTY}. */
    public int channel(int slot) {
        return channelOfSlot[slot];
    }

    public int slot(int channel) {
        return slotOfChannel[channel];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelOrder order
                && order.block == block
                && Arrays.equals(order.channelOfSlot, channelOfSlot);
    }

    @Override
    public int hashCode() {
        return 31 * block + Arrays.hashCode(channelOfSlot);
    }

    @Override
    public String toString() {
        return channels() + " channels in " + blocks() + " blocks of " + block;
    }

    private static int roundUp(int count, int multiple) {
        return Math.multiplyExact((count - 1) / multiple + 1, multiple);
    }

    private static void requireBlock(int block) {
        if (block != 1 && block != 4 && block != 8 && block != 16) {
            throw new IllegalArgumentException("a block has 1, 4, 8 or 16 slots, not " + block);
        }
    }

    private static void requireGroups(int channels, int groups) {
        if (channels < 1 || groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(channels + " channels do not divide into " + groups + " groups");
        }
    }
}

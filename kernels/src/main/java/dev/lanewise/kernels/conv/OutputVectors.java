package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring vectors of output channels that one kernel computes together, from one table of taps.
 *
 * @param group of the channels; where lanes are groups, the position of the first one among them, empty ones counted
 * @param slot of the first lane of the first vector
 * @param vectors how many
 * @param slotStep slots from a vector to the next
 */
record OutputVectors(int group, int slot, int vectors, int slotStep) {

    /** Lanes are output channels: runs of vectors within a group, at most {@code most} at a time; empty ones are left out. */
    static List<OutputVectors> overChannels(ConvWorkload workload, ChannelOrder order, int lanes, int most) {
        List<OutputVectors> all = new ArrayList<>();
        int start = -1;
        int count = 0;
        int group = -1;
        for (int slot = 0; slot <= order.slots(); slot += lanes) {
            int its = slot == order.slots() ? -1 : group(workload, order, slot, lanes);
            // A kernel counts blocks from its first vector, so a run that begins inside a block ends with it.
            boolean begunInside = count > 0 && start % order.block() != 0;
            boolean ends = its != group || count == most || (begunInside && slot % order.block() == 0);
            if (count > 0 && ends) {
                all.add(new OutputVectors(group, start, count, lanes));
                count = 0;
            }
            if (its >= 0) {
                start = count == 0 ? slot : start;
                count++;
            }
            group = its;
        }
        return all;
    }

    /** Lanes are groups: the same lanes of the blocks that hold a group's output channels, at most {@code most} at a time. */
    static List<OutputVectors> overGroups(ConvWorkload workload, ChannelOrder order, int lanes, int most) {
        List<OutputVectors> all = new ArrayList<>();
        int channels = workload.outputChannelsPerGroup();
        // Positions of groups rather than groups: there may be empty slots between them.
        for (int group = 0; group < order.slots() / channels; group += lanes) {
            int firstBlock = group / order.block() * channels;
            for (int channel = 0; channel < channels; channel += most) {
                int slot = (firstBlock + channel) * order.block() + group % order.block();
                if (isEmpty(order, slot, lanes)) {
                    continue;
                }
                all.add(new OutputVectors(group, slot, Math.min(most, channels - channel), order.block()));
            }
        }
        return all;
    }

    /** Lanes are groups of one output channel: all vectors of a block, but for empty ones. */
    static List<OutputVectors> overBlocks(ChannelOrder order, int lanes) {
        List<OutputVectors> all = new ArrayList<>();
        int count = 0;
        for (int slot = 0; slot < order.slots(); slot += lanes) {
            count = isEmpty(order, slot, lanes) ? 0 : count + 1;
            int next = slot + lanes;
            boolean ends = next % order.block() == 0 || isEmpty(order, next, lanes);
            if (count > 0 && ends) {
                int first = next - count * lanes;
                all.add(new OutputVectors(first, first, count, lanes));
                count = 0;
            }
        }
        return all;
    }

    private static boolean isEmpty(ChannelOrder order, int slot, int lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            if (order.channel(slot + lane) != ChannelOrder.EMPTY) {
                return false;
            }
        }
        return true;
    }

    /** The group of the channels in a vector; -1 if it holds none. */
    private static int group(ConvWorkload workload, ChannelOrder order, int slot, int lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            int channel = order.channel(slot + lane);
            if (channel != ChannelOrder.EMPTY) {
                return channel / workload.outputChannelsPerGroup();
            }
        }
        return -1;
    }

    /** The channel in a lane of a vector, or {@link ChannelOrder#EMPTY}. */
    int channel(ChannelOrder order, int vector, int lane) {
        return order.channel(slot + vector * slotStep + lane);
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's weights in the order in which its kernels read them: {@code [output vectors][tap][vector][lane]}, so that
 * every kernel walks forward through a panel of its own. Lanes without a channel have weights of 0.
 */
final class PackedWeights {

    /** An array this far into a humongous object of G1 begins at a multiple of 64 bytes. */
    static final int ALIGNMENT = 12;

    final float[] data;
    /** Of each {@link OutputVectors}, by its index. */
    final int[] offsets;

    private PackedWeights(float[] data, int[] offsets) {
        this.data = data;
        this.offsets = offsets;
    }

    static PackedWeights pack(
            ConvWorkload workload, ChannelOrder order, List<OutputVectors> units, int lanes, float[] weights) {
        int taps = Math.toIntExact(workload.tapsPerOutput());
        int[] offsets = new int[units.size()];
        int size = ALIGNMENT;
        for (int unit = 0; unit < offsets.length; unit++) {
            offsets[unit] = size;
            size = Math.addExact(size, Math.multiplyExact(taps, units.get(unit).vectors() * lanes));
        }
        float[] data = new float[size];
        for (int unit = 0; unit < offsets.length; unit++) {
            pack(workload, order, units.get(unit), lanes, weights, data, offsets[unit]);
        }
        return new PackedWeights(data, offsets);
    }

    private static void pack(
            ConvWorkload workload,
            ChannelOrder order,
            OutputVectors unit,
            int lanes,
            float[] weights,
            float[] data,
            int offset) {
        int kernelWidth = workload.window().kernelWidth();
        int kernelSize = workload.window().kernelHeight() * kernelWidth;
        int panel = unit.vectors() * lanes;
        for (int vector = 0; vector < unit.vectors(); vector++) {
            for (int lane = 0; lane < lanes; lane++) {
                int channel = unit.channel(order, vector, lane);
                if (channel == ChannelOrder.EMPTY) {
                    continue;
                }
                int source = channel * workload.inputChannelsPerGroup() * kernelSize;
                int target = offset + vector * lanes + lane;
                TapOrder.forEach(
                        workload,
                        (index, input, row, column) -> data[target + index * panel] =
                                weights[source + input * kernelSize + row * kernelWidth + column]);
            }
        }
    }

    /** The bias by slot; zeros where there is none. */
    static float[] bySlot(ChannelOrder order, float @Nullable [] bias) {
        float[] data = new float[order.slots()];
        for (int slot = 0; slot < data.length; slot++) {
            int channel = order.channel(slot);
            data[slot] = bias == null || channel == ChannelOrder.EMPTY ? 0 : bias[channel];
        }
        return data;
    }

    /** Every block of slots so many times in a row. */
    static float[] repeated(float[] bySlot, int block, int times) {
        float[] data = new float[bySlot.length * times];
        for (int from = 0; from < bySlot.length; from += block) {
            for (int time = 0; time < times; time++) {
                System.arraycopy(bySlot, from, data, from * times + time * block, block);
            }
        }
        return data;
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.List;

/**
 * Transformed weights in the order in which the products read them: {@code [output vectors][frequency][input
 * channel][vector][lane]}. Lanes without a channel have weights of 0.
 */
final class WinogradWeights {

    final float[] data;
    /** Of each {@link OutputVectors}, by its index. */
    final int[] offsets;

    private WinogradWeights(float[] data, int[] offsets) {
        this.data = data;
        this.offsets = offsets;
    }

    static WinogradWeights pack(
            ConvWorkload workload, ChannelOrder order, List<OutputVectors> units, int lanes, float[] weights) {
        int frequencyTaps = ReferenceWinograd.FREQUENCIES * workload.inputChannelsPerGroup();
        int[] offsets = new int[units.size()];
        int size = PackedWeights.ALIGNMENT;
        for (int unit = 0; unit < offsets.length; unit++) {
            offsets[unit] = size;
            size = Math.addExact(
                    size, Math.multiplyExact(frequencyTaps, units.get(unit).vectors() * lanes));
        }
        float[] transformed = ReferenceWinograd.transformWeights(workload, weights);
        float[] data = new float[size];
        for (int unit = 0; unit < offsets.length; unit++) {
            pack(workload, order, units.get(unit), lanes, transformed, data, offsets[unit]);
        }
        return new WinogradWeights(data, offsets);
    }

    private static void pack(
            ConvWorkload workload,
            ChannelOrder order,
            OutputVectors unit,
            int lanes,
            float[] transformed,
            float[] data,
            int offset) {
        int channels = workload.inputChannelsPerGroup();
        int panel = unit.vectors() * lanes;
        for (int lane = 0; lane < panel; lane++) {
            int channel = unit.channel(order, lane / lanes, lane % lanes);
            if (channel == ChannelOrder.EMPTY) {
                continue;
            }
            for (int input = 0; input < channels; input++) {
                int source = (channel * channels + input) * ReferenceWinograd.FREQUENCIES;
                for (int frequency = 0; frequency < ReferenceWinograd.FREQUENCIES; frequency++) {
                    data[offset + (frequency * channels + input) * panel + lane] = transformed[source + frequency];
                }
            }
        }
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.workload.ConvWorkload;

/** The taps of a sum, in the order that the workload fixes. */
final class TapOrder {

    /** Takes one tap: its input channel within the group, its row and its column in the kernel. */
    interface Visitor {
        void tap(int index, int channel, int kernelRow, int kernelColumn);
    }

    private TapOrder() {}

    static void forEach(ConvWorkload workload, Visitor visitor) {
        int channels = workload.inputChannelsPerGroup();
        int chunk = workload.summationChunk();
        int index = 0;
        for (int first = 0; first < channels; first += chunk) {
            for (int row = 0; row < workload.window().kernelHeight(); row++) {
                for (int column = 0; column < workload.window().kernelWidth(); column++) {
                    for (int channel = first; channel < Math.min(first + chunk, channels); channel++) {
                        visitor.tap(index++, channel, row, column);
                    }
                }
            }
        }
    }
}

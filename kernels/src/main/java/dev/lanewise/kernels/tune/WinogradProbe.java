package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Arrays;

/** Single elements of a convolution by Winograd, without the rest of it. */
final class WinogradProbe {

    private WinogradProbe() {}

    /**
     * The sum of an output element without its epilogue, as {@link ReferenceWinograd} has it: that of its tile, computed as
     * a convolution whose input is the tile's patch.
     */
    static float sum(Trial trial, int image, int channel, int row, int column) {
        ConvWorkload workload = trial.plan().workload();
        int channels = workload.inputChannelsPerGroup();
        int first = channel / workload.outputChannelsPerGroup() * channels;
        int top = row / ReferenceWinograd.TILE * ReferenceWinograd.TILE
                - workload.window().padTop();
        int left = column / ReferenceWinograd.TILE * ReferenceWinograd.TILE
                - workload.window().padLeft();
        float[] patch = new float[channels * ReferenceWinograd.FREQUENCIES];
        for (int i = 0; i < patch.length; i++) {
            int y = top + i / ReferenceWinograd.PATCH % ReferenceWinograd.PATCH;
            int x = left + i % ReferenceWinograd.PATCH;
            int input = first + i / ReferenceWinograd.FREQUENCIES;
            patch[i] = trial.seen(image, input, y, x);
        }
        int taps = Math.toIntExact(workload.tapsPerOutput());
        float[] weights = Arrays.copyOfRange(trial.parameters().weights(), channel * taps, (channel + 1) * taps);
        ConvWorkload tile = new ConvWorkload(
                1, channels, ReferenceWinograd.PATCH, ReferenceWinograd.PATCH, 1, 1, Window.square(3, 1, 0));
        float[] sums = ReferenceWinograd.convolve(tile, new ConvParameters(weights, null), patch, null);
        return sums[row % ReferenceWinograd.TILE * ReferenceWinograd.TILE + column % ReferenceWinograd.TILE];
    }
}

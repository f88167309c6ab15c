package dev.lanewise.engine.lowering;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvWorkload;

/**
 * Where a copy of small images pays for itself: a pointwise convolution runs over all pixels as one row if they lie side by
 * side, and in tiles that end with every row if they do not. With 14 columns and more that is about a tenth of its time,
 * with 7 and strides a third.
 */
final class SmallPixels {

    private static final int MOST_COLUMNS = 64;

    /** Input channels of a group, for each column, from which on what is gained outweighs the copy. */
    private static final int CHANNELS_OF_A_COLUMN = 8;

    /** Input channels of a group that are enough for as many columns as any. */
    private static final int ENOUGH_CHANNELS = 128;

    private SmallPixels() {}

    /** Whether a convolution reads every so many pixels only, and gains if these are copied first. */
    static boolean skips(ConvWorkload workload) {
        Window window = workload.window();
        return isPointwise(workload) && (window.strideHeight() > 1 || window.strideWidth() > 1) && isSmall(workload);
    }

    /** The same convolution of the pixels that it reads. */
    static ConvWorkload withoutStride(ConvWorkload workload) {
        return new ConvWorkload(
                workload.batch(),
                workload.inputChannels(),
                workload.outputHeight(),
                workload.outputWidth(),
                workload.outputChannels(),
                workload.groups(),
                Window.square(1, 1, 0),
                workload.prologue(),
                workload.epilogue());
    }

    /** Whether to let a convolution write its results side by side, and copy them to where padding is. */
    static boolean gainByUnpaddedOutput(ConvWorkload workload, BlockedLayout in, BlockedLayout out) {
        return isPointwise(workload)
                && workload.window().strideHeight() == 1
                && workload.window().strideWidth() == 1
                && out.padded()
                && !in.padded()
                && isSmall(workload);
    }

    private static boolean isSmall(ConvWorkload workload) {
        int columns = workload.outputWidth();
        return columns <= MOST_COLUMNS
                && workload.inputChannelsPerGroup() >= Math.min(CHANNELS_OF_A_COLUMN * columns, ENOUGH_CHANNELS);
    }

    private static boolean isPointwise(ConvWorkload workload) {
        Window window = workload.window();
        return window.kernelHeight() == 1
                && window.kernelWidth() == 1
                && window.padTop() + window.padLeft() + window.padBottom() + window.padRight() == 0;
    }
}

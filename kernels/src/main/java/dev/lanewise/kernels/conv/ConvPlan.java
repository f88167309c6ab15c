package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvWorkload;

/**
 * A workload with its algorithm and the layouts of its input and output: all that is chosen independently of the CPU.
 *
 * @param input with at least the padding that the window reads
 * @param output its padding is not written; a residual has this layout too
 */
public record ConvPlan(ConvWorkload workload, Algorithm algorithm, BlockedLayout input, BlockedLayout output) {

    /** Floats in the widest block. */
    private static final int BLOCK = 16;

    /** Up to so many channels, images are read as they come, in NCHW. */
    private static final int FIRST_LAYER_CHANNELS = 4;

    /** From so many channels (in each group) and so many outputs each way on, Winograd is worth its transforms. */
    private static final int WINOGRAD_CHANNELS = 32;

    private static final int WINOGRAD_PIXELS = 8;

    /**
     * With a block of channels in each group the transforms cost most: at 28x28 Winograd still takes 0.7 of the time of the
     * direct sums, at 14x14, where the patches reach over the edge, as long as they.
     */
    private static final int WINOGRAD_PIXELS_OF_ONE_BLOCK = 28;

    /** The speed of lanes over channels in parts of that of lanes over groups, with all lanes of both filled. */
    private static final double LANES_OVER_CHANNELS = 0.93;

    /** Taps of the largest window that a depthwise kernel is unrolled for: 7 x 7. */
    private static final int UNROLLED_TAPS = 49;

    public ConvPlan {
        if (algorithm == Algorithm.WINOGRAD) {
            requireWinograd(workload, input);
        }
        requireTensor("input", input, workload.batch(), workload.inputChannels(), workload.height(), workload.width());
        requireTensor(
                "output",
                output,
                workload.batch(),
                workload.outputChannels(),
                workload.outputHeight(),
                workload.outputWidth());
        requirePadding(workload, algorithm, input);
        requireOrders(workload, algorithm, input.order(), output.order());
    }

    /** The plan of a convolution that stands alone: the layouts that suit it best, input padded, output not. */
    public static ConvPlan of(ConvWorkload workload) {
        Algorithm algorithm = algorithm(workload);
        BlockedLayout input = BlockedLayout.of(
                        workload.batch(), inputOrder(workload, algorithm), workload.height(), workload.width())
                .paddedFor(workload.window());
        BlockedLayout output = BlockedLayout.of(
                workload.batch(), outputOrder(workload, algorithm), workload.outputHeight(), workload.outputWidth());
        return new ConvPlan(workload, algorithm, input, output);
    }

    /**
     * The plan of a convolution that stands alone and is computed by Winograd. Its input is padded so far that the last
     * tiles, which may reach beyond the output, find zeros there.
     *
     * @throws IllegalArgumentException if the workload is not one of 3x3 windows of stride and dilation 1
     */
    public static ConvPlan winograd(ConvWorkload workload) {
        ReferenceWinograd.requireComputes(workload);
        Window window = workload.window();
        BlockedLayout input = new BlockedLayout(
                workload.batch(),
                inputOrder(workload, Algorithm.WINOGRAD),
                workload.height(),
                workload.width(),
                window.padTop(),
                window.padLeft(),
                Math.max(0, padBottom(workload, Algorithm.WINOGRAD)),
                Math.max(0, padRight(workload, Algorithm.WINOGRAD)));
        BlockedLayout output = BlockedLayout.of(
                workload.batch(),
                outputOrder(workload, Algorithm.WINOGRAD),
                workload.outputHeight(),
                workload.outputWidth());
        return new ConvPlan(workload, Algorithm.WINOGRAD, input, output);
    }

    /** Whether Winograd computes a workload, and enough of it to be worth its transforms. */
    public static boolean suitsWinograd(ConvWorkload workload) {
        int channels = Math.min(workload.inputChannelsPerGroup(), workload.outputChannelsPerGroup());
        int pixels = Math.min(workload.outputHeight(), workload.outputWidth());
        return ReferenceWinograd.computes(workload)
                && channels >= (workload.groups() == 1 ? WINOGRAD_CHANNELS : BLOCK)
                && pixels >= (channels < WINOGRAD_CHANNELS ? WINOGRAD_PIXELS_OF_ONE_BLOCK : WINOGRAD_PIXELS);
    }

    /** The algorithm that computes a workload with the fewest idle lanes, of those that all have the same sums. */
    public static Algorithm algorithm(ConvWorkload workload) {
        Window window = workload.window();
        boolean depthwise = workload.groups() > 1 && workload.inputChannelsPerGroup() == 1;
        if (depthwise && window.kernelHeight() * window.kernelWidth() <= UNROLLED_TAPS) {
            return Algorithm.DEPTHWISE;
        }
        if (depthwise || (workload.groups() > 1 && preferLanesOverGroups(workload))) {
            return Algorithm.LANES_OVER_GROUPS;
        }
        if (workload.groups() == 1 && workload.inputChannels() <= FIRST_LAYER_CHANNELS) {
            return Algorithm.FIRST_LAYER;
        }
        boolean point = window.kernelHeight() == 1 && window.kernelWidth() == 1;
        return point ? Algorithm.POINTWISE : Algorithm.DIRECT;
    }

    /** The order in which an algorithm likes to read its input. */
    public static ChannelOrder inputOrder(ConvWorkload workload, Algorithm algorithm) {
        return switch (algorithm) {
            case FIRST_LAYER -> ChannelOrder.contiguous(workload.inputChannels(), 1);
            case DIRECT, POINTWISE, WINOGRAD -> ChannelOrder.contiguous(workload.inputChannels(), BLOCK);
            case LANES_OVER_GROUPS, DEPTHWISE ->
                ChannelOrder.lanesOverGroups(workload.inputChannels(), workload.groups(), block(workload.groups()));
        };
    }

    /** The order in which an algorithm writes its output. */
    public static ChannelOrder outputOrder(ConvWorkload workload, Algorithm algorithm) {
        return switch (algorithm) {
            case FIRST_LAYER, DIRECT, POINTWISE, WINOGRAD ->
                ChannelOrder.groupAligned(
                        workload.outputChannels(), workload.groups(), block(workload.outputChannelsPerGroup()));
            case LANES_OVER_GROUPS, DEPTHWISE ->
                ChannelOrder.lanesOverGroups(workload.outputChannels(), workload.groups(), block(workload.groups()));
        };
    }

    /**
     * Whether all groups side by side fill vectors better than the output channels of one: lanes over groups loses lanes
     * where there are few groups or the last vector is half empty, lanes over channels where a group has few channels, and
     * there it has fewer fmas for each load as well, since no input serves two groups.
     */
    private static boolean preferLanesOverGroups(ConvWorkload workload) {
        int channels = workload.outputChannelsPerGroup();
        if (channels >= BLOCK || workload.inputChannelsPerGroup() >= BLOCK) {
            return false;
        }
        return filled(workload.groups()) >= LANES_OVER_CHANNELS * filled(channels);
    }

    /** The share of lanes in use where so many are wanted of vectors of eight. */
    private static double filled(int wanted) {
        return wanted / (8.0 * ((wanted - 1) / 8 + 1));
    }

    private static int block(int wanted) {
        return wanted <= 4 ? 4 : wanted <= 8 ? 8 : BLOCK;
    }

    private static void requireTensor(
            String name, BlockedLayout layout, int batch, int channels, int height, int width) {
        if (layout.batch() != batch
                || layout.order().channels() != channels
                || layout.height() != height
                || layout.width() != width) {
            throw new IllegalArgumentException("the " + name + "'s layout is of " + layout.shape()
                    + ", but the workload's is " + Shape.of(batch, channels, height, width));
        }
    }

    private static void requireWinograd(ConvWorkload workload, BlockedLayout input) {
        ReferenceWinograd.requireComputes(workload);
        if (input.block() < 4) {
            throw new IllegalArgumentException("the input's blocks have " + input.block() + " slots, not 4, 8 or 16");
        }
    }

    /** Rows below the image that are read; negative if not even all of the image is. */
    private static int padBottom(ConvWorkload workload, Algorithm algorithm) {
        Window window = workload.window();
        return (computed(workload.outputHeight(), algorithm) - 1) * window.strideHeight()
                + window.extentHeight()
                - window.padTop()
                - workload.height();
    }

    /** Columns to the right of the image that are read, likewise. */
    private static int padRight(ConvWorkload workload, Algorithm algorithm) {
        Window window = workload.window();
        return (computed(workload.outputWidth(), algorithm) - 1) * window.strideWidth()
                + window.extentWidth()
                - window.padLeft()
                - workload.width();
    }

    /** Of so many outputs, with those that fill up the last tile of Winograd. */
    private static int computed(int outputs, Algorithm algorithm) {
        return algorithm == Algorithm.WINOGRAD ? ReferenceWinograd.tiles(outputs) * ReferenceWinograd.TILE : outputs;
    }

    private static void requirePadding(ConvWorkload workload, Algorithm algorithm, BlockedLayout input) {
        Window window = workload.window();
        int below = padBottom(workload, algorithm);
        int right = padRight(workload, algorithm);
        if (input.padTop() < window.padTop()
                || input.padLeft() < window.padLeft()
                || input.padBottom() < below
                || input.padRight() < right) {
            throw new IllegalArgumentException("the input's layout has padding of " + input.padTop() + ", "
                    + input.padLeft() + ", " + input.padBottom() + ", " + input.padRight()
                    + " (top, left, bottom, right), but the window reads " + window.padTop() + ", " + window.padLeft()
                    + ", " + Math.max(0, below) + ", " + Math.max(0, right));
        }
    }

    private static void requireOrders(
            ConvWorkload workload, Algorithm algorithm, ChannelOrder input, ChannelOrder output) {
        switch (algorithm) {
            case LANES_OVER_GROUPS, DEPTHWISE -> {
                if (anyOrderOfGroups(workload, algorithm)) {
                    requireOrder("output", output, input);
                    break;
                }
                requireOrder(
                        "input",
                        input,
                        ChannelOrder.lanesOverGroups(workload.inputChannels(), workload.groups(), input.block()));
                requireOrder(
                        "output",
                        output,
                        ChannelOrder.lanesOverGroups(workload.outputChannels(), workload.groups(), input.block()));
            }
            case DIRECT, POINTWISE, FIRST_LAYER, WINOGRAD -> requireGroupsApart(workload, output);
        }
        if (output.block() < 4) {
            throw new IllegalArgumentException("the output's blocks have " + output.block() + " slots, not 4, 8 or 16");
        }
    }

    /** Whether the lanes may be the groups in any order: where a group has one channel on either side, lanes meet only themselves. */
    public static boolean anyOrderOfGroups(ConvWorkload workload, Algorithm algorithm) {
        return algorithm == Algorithm.DEPTHWISE
                && workload.inputChannelsPerGroup() == 1
                && workload.outputChannelsPerGroup() == 1;
    }

    private static void requireOrder(String name, ChannelOrder actual, ChannelOrder expected) {
        if (!actual.equals(expected)) {
            throw new IllegalArgumentException("the " + name + "'s lanes are not its groups: " + actual
                    + " where there should be " + expected + " in another order");
        }
    }

    /** Every vector of outputs shares its inputs, so all channels of a block must be of one group. */
    private static void requireGroupsApart(ConvWorkload workload, ChannelOrder output) {
        for (int slot = 0; slot < output.slots(); slot += output.block()) {
            int group = -1;
            for (int lane = 0; lane < output.block(); lane++) {
                int channel = output.channel(slot + lane);
                if (channel == ChannelOrder.EMPTY) {
                    continue;
                }
                int its = channel / workload.outputChannelsPerGroup();
                if (group >= 0 && its != group) {
                    throw new IllegalArgumentException("block " + slot / output.block()
                            + " of the output holds channels of groups " + group + " and " + its);
                }
                group = its;
            }
        }
    }
}

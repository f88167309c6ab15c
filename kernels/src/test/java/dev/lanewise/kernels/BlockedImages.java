package dev.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Blocked tensors made element by element, with something before and after them that nobody may touch. */
public final class BlockedImages {

    /** Where the tensors of tests begin in their arrays. */
    public static final int BASE = 5;

    private static final float UNTOUCHED = 12345;

    private BlockedImages() {}

    /** Of any block and order: contiguous, aligned groups, lanes over groups, shuffled. */
    public static ChannelOrder randomOrder(SplittableRandom random) {
        int block = new int[] {1, 4, 8, 16}[random.nextInt(4)];
        int groups = random.nextInt(1, 7);
        int channels = groups * random.nextInt(1, 6);
        return switch (random.nextInt(4)) {
            case 0 -> ChannelOrder.contiguous(channels, block);
            case 1 -> ChannelOrder.groupAligned(channels, groups, block);
            case 2 -> ChannelOrder.lanesOverGroups(channels, groups, block);
            default -> shuffled(ChannelOrder.contiguous(channels, block), random);
        };
    }

    private static ChannelOrder shuffled(ChannelOrder order, SplittableRandom random) {
        int[] channels = new int[order.slots()];
        for (int slot = channels.length - 1; slot >= 0; slot--) {
            channels[slot] = order.channel(slot);
            int other = random.nextInt(slot, channels.length);
            int channel = channels[slot];
            channels[slot] = channels[other];
            channels[other] = channel;
        }
        return ChannelOrder.of(order.block(), channels);
    }

    /** The same pixels with random padding, or none. */
    public static BlockedLayout randomlyPadded(BlockedLayout layout, SplittableRandom random) {
        if (random.nextBoolean()) {
            return BlockedLayout.of(layout.batch(), layout.order(), layout.height(), layout.width());
        }
        return new BlockedLayout(
                layout.batch(),
                layout.order(),
                layout.height(),
                layout.width(),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3));
    }

    /** An array for a tensor at {@link #BASE} that nothing has been written to. */
    public static float[] empty(BlockedLayout layout) {
        float[] data = new float[BASE + layout.size() + 3];
        Arrays.fill(data, UNTOUCHED);
        return data;
    }

    /** From NCHW, with zeros in the padding and NaN in empty slots. */
    public static float[] blocked(float[] nchw, BlockedLayout layout) {
        float[] data = empty(layout);
        Arrays.fill(data, BASE, BASE + layout.size(), Float.NaN);
        layout.clearPadding(data, BASE);
        int from = 0;
        for (int image = 0; image < layout.batch(); image++) {
            for (int channel = 0; channel < layout.order().channels(); channel++) {
                for (int row = 0; row < layout.height(); row++) {
                    for (int column = 0; column < layout.width(); column++) {
                        data[BASE + layout.offsetOfChannel(image, channel, row, column)] = nchw[from++];
                    }
                }
            }
        }
        return data;
    }

    /** To NCHW; fails if anything but pixels has been written to an array from {@link #empty}. */
    public static float[] nchw(float[] data, BlockedLayout layout, String what) {
        boolean[] pixel = new boolean[data.length];
        for (int plane = 0; plane < layout.batch() * layout.order().blocks(); plane++) {
            for (int row = 0; row < layout.height(); row++) {
                int from = BASE + plane * layout.blockPitch() + layout.offset(0, 0, row, 0);
                Arrays.fill(pixel, from, from + layout.width() * layout.block(), true);
            }
        }
        for (int i = 0; i < data.length; i++) {
            if (!pixel[i]) {
                assertEquals(UNTOUCHED, data[i], what + ": element " + i + " is no pixel, but was written");
            }
        }
        float[] nchw = new float[layout.shape().size()];
        int to = 0;
        for (int image = 0; image < layout.batch(); image++) {
            for (int channel = 0; channel < layout.order().channels(); channel++) {
                for (int row = 0; row < layout.height(); row++) {
                    for (int column = 0; column < layout.width(); column++) {
                        nchw[to++] = data[BASE + layout.offsetOfChannel(image, channel, row, column)];
                    }
                }
            }
        }
        return nchw;
    }
}

package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a tensor lie that is moved. Pitches are in floats.
 *
 * @param layout null if the tensor is interleaved: channels as they come, no padding
 */
record Side(@Nullable BlockedLayout layout, int imagePitch, int rowPitch, int pixelPitch) {

    static Side of(BlockedLayout layout) {
        return new Side(layout, layout.imagePitch(), layout.rowPitch(), layout.block());
    }

    /** The interleaved tensor of the same shape; never larger than a blocked one, so nothing can overflow. */
    static Side interleaved(BlockedLayout shape) {
        int channels = shape.order().channels();
        return new Side(null, shape.height() * shape.width() * channels, shape.width() * channels, channels);
    }

    /** Where the lanes of a block have their channels in an image; -1 for those of empty slots. */
    int[] channelStarts(ChannelOrder lanes, int block) {
        int[] starts = new int[lanes.block()];
        for (int lane = 0; lane < starts.length; lane++) {
            int channel = lanes.channel(block * lanes.block() + lane);
            starts[lane] = channel == ChannelOrder.EMPTY
                    ? -1
                    : layout == null ? channel : layout.offsetOfChannel(0, channel, 0, 0);
        }
        return starts;
    }

    /** Where the lanes of one of its own blocks begin, empty or not. */
    int[] slotStarts(int block) {
        BlockedLayout own = Objects.requireNonNull(layout);
        int[] starts = new int[own.block()];
        for (int lane = 0; lane < starts.length; lane++) {
            starts[lane] = own.offset(0, block, 0, 0) + lane;
        }
        return starts;
    }

    void require(String what, int length, int base, int batch) {
        long end = (long) base + (long) batch * imagePitch;
        if (base < 0 || end > length) {
            throw new IllegalArgumentException(
                    "the " + what + " takes elements " + base + " to " + end + " of an array that has " + length);
        }
    }
}

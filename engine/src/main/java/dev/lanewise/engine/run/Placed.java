package dev.lanewise.engine.run;

import dev.lanewise.kernels.tensor.BlockedLayout;

/**
 * A tensor at its place in memory.
 *
 * @param storage the piece of memory, by its number in the plan; tensors that are parts of one another share one
 * @param offset of the tensor's first float in it
 * @param layout a matrix is an image of 1 x 1 pixels, its columns the channels
 */
public record Placed(int storage, int offset, BlockedLayout layout) {

    /** Bytes of the pixels, without padding. */
    public long bytes() {
        return (long) Float.BYTES * layout.batch() * layout.order().slots() * layout.height() * layout.width();
    }
}

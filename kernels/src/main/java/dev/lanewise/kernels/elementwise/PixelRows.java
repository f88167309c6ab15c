package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.tensor.BlockedLayout;

/**
 * How the pixels of one block of one image fall into rows that lie in one piece in several tensors: the whole plane where
 * none of them has padding.
 *
 * @param count rows in a plane
 * @param floats floats in a row
 */
record PixelRows(int count, int floats) {

    static PixelRows of(BlockedLayout layout, BlockedLayout... others) {
        boolean whole = !layout.padded();
        for (BlockedLayout other : others) {
            whole &= !other.padded();
        }
        int row = layout.width() * layout.block();
        return whole ? new PixelRows(1, layout.height() * row) : new PixelRows(layout.height(), row);
    }

    static void requirePlanes(BlockedLayout layout, int from, int to) {
        int planes = layout.batch() * layout.order().blocks();
        if (from < 0 || from > to || to > planes) {
            throw new IllegalArgumentException(
                    "planes " + from + " to " + to + " of a tensor of " + planes + " planes");
        }
    }
}

package dev.lanewise.benchmarks.conv;

import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;

/** Memory for a tensor of a layout, as a network's plan would give it: on a cache line, its padding zero. */
record BlockedTensor(float[] data, int base) {

    static BlockedTensor of(BlockedLayout layout) {
        Arena arena = Arena.allocate(layout.size());
        int base = arena.take(layout.size());
        return new BlockedTensor(arena.data(), base);
    }
}

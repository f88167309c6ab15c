package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputVectorsTest {

    @Test
    void allVectorsOfABlockBelongTogetherButForEmptyOnes() {
        ChannelOrder order = ChannelOrder.contiguous(40, 16);
        assertEquals(
                List.of(
                        new OutputVectors(0, 0, 2, 8),
                        new OutputVectors(16, 16, 2, 8),
                        new OutputVectors(32, 32, 1, 8)),
                OutputVectors.overBlocks(order, 8));
        assertEquals(
                List.of(
                        new OutputVectors(0, 0, 1, 16),
                        new OutputVectors(16, 16, 1, 16),
                        new OutputVectors(32, 32, 1, 16)),
                OutputVectors.overBlocks(order, 16));
    }

    @Test
    void noneReachesFromABlockIntoTheNext() {
        // 20 groups of 3 channels: the second block of each channel holds 4.
        ChannelOrder order = ChannelOrder.lanesOverGroups(60, 20, 16);
        List<OutputVectors> all = OutputVectors.overBlocks(order, 4);
        assertEquals(6, all.size());
        for (OutputVectors its : all) {
            assertEquals(its.slot() / 16, (its.slot() + its.vectors() * 4 - 1) / 16);
            assertEquals(its.slot() < 48 ? 4 : 1, its.vectors());
        }
    }
}

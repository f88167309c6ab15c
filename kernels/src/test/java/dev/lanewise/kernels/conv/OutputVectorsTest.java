package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputVectorsTest {

    @ParameterizedTest
    @CsvSource({"4, 4, 2", "8, 2, 1", "16, 1, 1"})
    void allVectorsOfABlockBelongTogetherButForEmptyOnes(int lanes, int inBlock, int inLastBlock) {
        assertEquals(
                List.of(
                        new OutputVectors(0, 0, inBlock, lanes),
                        new OutputVectors(16, 16, inBlock, lanes),
                        new OutputVectors(32, 32, inLastBlock, lanes)),
                OutputVectors.overBlocks(ChannelOrder.contiguous(40, 16), lanes));
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

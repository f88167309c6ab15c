package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvWorkload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvPlanTest {

    private static final ConvWorkload DENSE = new ConvWorkload(1, 32, 8, 8, 48, 1, Window.square(3, 1, 1));

    @ParameterizedTest(name = "{0} to {1} channels in {2} groups, {3}x{3}")
    @CsvSource({
        "128, 128, 32, 3, LANES_OVER_GROUPS", // ResNeXt-50, second stage
        "256, 256, 32, 3, LANES_OVER_GROUPS",
        "512, 512, 32, 3, DIRECT",
        "1024, 1024, 32, 3, DIRECT",
        "256, 256, 128, 3, LANES_OVER_GROUPS",
        "400, 400, 25, 3, DIRECT", // RegNetX-400MF
        "104, 104, 13, 3, DIRECT", // RegNetY-400MF: 13 of 16 lanes would be in use
        "440, 440, 55, 3, LANES_OVER_GROUPS",
        "32, 32, 32, 3, DEPTHWISE",
        "32, 64, 32, 3, DEPTHWISE",
        "64, 256, 1, 1, POINTWISE",
        "240, 240, 3, 1, POINTWISE", // ShuffleNetV1
        "3, 64, 1, 7, FIRST_LAYER",
        "1, 8, 1, 3, FIRST_LAYER",
        "256, 256, 1, 3, DIRECT",
        "8, 8, 1, 3, DIRECT"
    })
    void choosesTheAlgorithmWithTheFewestIdleLanes(
            int channels, int outputs, int groups, int kernel, Algorithm algorithm) {
        ConvWorkload workload =
                new ConvWorkload(1, channels, 14, 14, outputs, groups, Window.square(kernel, 1, kernel / 2));
        assertEquals(algorithm, ConvPlan.of(workload).algorithm());
    }

    @Test
    void refusesAnInputWithoutTheBorderThatTheWindowReads() {
        ConvPlan plan = ConvPlan.of(DENSE);
        BlockedLayout bare = BlockedLayout.of(1, plan.input().order(), 8, 8);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> new ConvPlan(DENSE, Algorithm.DIRECT, bare, plan.output()));
        assertEquals(
                "the input's layout has padding of 0, 0, 0, 0 (top, left, bottom, right), but the window reads 1, 1, 1, 1",
                failure.getMessage());
    }

    @Test
    void refusesALayoutOfAnotherShape() {
        ConvPlan plan = ConvPlan.of(DENSE);
        BlockedLayout larger = BlockedLayout.of(1, plan.output().order(), 9, 8);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> new ConvPlan(DENSE, Algorithm.DIRECT, plan.input(), larger));
        assertEquals("the output's layout is of 1x48x9x8, but the workload's is 1x48x8x8", failure.getMessage());
    }

    @Test
    void refusesBlocksThatTwoGroupsShare() {
        ConvWorkload grouped = new ConvWorkload(1, 32, 8, 8, 48, 2, Window.square(1, 1, 0));
        BlockedLayout output = BlockedLayout.of(1, ChannelOrder.contiguous(48, 16), 8, 8);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvPlan(
                        grouped, Algorithm.POINTWISE, ConvPlan.of(grouped).input(), output));
        assertEquals("block 1 of the output holds channels of groups 0 and 1", failure.getMessage());
    }

    @Test
    void refusesLanesThatAreNoGroups() {
        ConvWorkload grouped = new ConvWorkload(1, 64, 8, 8, 64, 16, Window.square(3, 1, 1));
        ConvPlan plan = ConvPlan.of(grouped);
        BlockedLayout contiguous =
                BlockedLayout.of(1, ChannelOrder.contiguous(64, 16), 8, 8).paddedFor(grouped.window());
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvPlan(grouped, Algorithm.LANES_OVER_GROUPS, contiguous, plan.output()));
        assertEquals(
                "the input's lanes are not its groups: 64 channels in 4 blocks of 16 where there should be 64 channels in"
                        + " 4 blocks of 16 in another order",
                failure.getMessage());
    }
}

package dev.lanewise.kernels.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvWorkloadTest {

    @Test
    void describesTheFirstLayerOfResNet50() {
        ConvWorkload workload = new ConvWorkload(2, 3, 224, 224, 64, 1, Window.square(7, 2, 3));
        assertEquals(Shape.of(2, 64, 112, 112), workload.outputShape());
        assertEquals(Shape.of(64, 3, 7, 7), workload.weightsShape());
        assertEquals(2L * 64 * 112 * 112 * 3 * 7 * 7, workload.multiplyAdds());
    }

    @Test
    void describesAGroupedLayer() {
        ConvWorkload workload = new ConvWorkload(1, 128, 56, 28, 256, 32, Window.square(3, 1, 1));
        assertEquals(4, workload.inputChannelsPerGroup());
        assertEquals(8, workload.outputChannelsPerGroup());
        assertEquals(Shape.of(256, 4, 3, 3), workload.weightsShape());
        assertEquals(Shape.of(1, 256, 56, 28), workload.outputShape());
        assertEquals(256L * 56 * 28 * 4 * 9, workload.multiplyAdds());
    }

    @Test
    void countsMoreMultiplyAddsThanAnIntHolds() {
        ConvWorkload workload = new ConvWorkload(64, 256, 56, 56, 256, 1, Window.square(3, 1, 1));
        assertEquals(118_380_036_096L, workload.multiplyAdds());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "16, 1", "17, 16", "1024, 16"})
    void chunksOnlyGroupsOfMoreThanSixteenChannels(int channels, int chunk) {
        ConvWorkload workload = new ConvWorkload(1, channels * 2, 5, 5, 2, 2, Window.square(1, 1, 0));
        assertEquals(chunk, workload.summationChunk());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4, 8, 8, 4, 1, batch of a convolution must be at least 1",
        "1, 0, 8, 8, 4, 1, input channels of a convolution must be at least 1",
        "1, 4, 0, 8, 4, 1, height of a convolution must be at least 1",
        "1, 4, 8, -1, 4, 1, 'width of a convolution must be at least 1, not -1'",
        "1, 4, 8, 8, 0, 1, output channels of a convolution must be at least 1",
        "1, 4, 8, 8, 4, 0, groups of a convolution must be at least 1",
        "1, 6, 8, 8, 8, 4, 6 input channels do not divide into 4 groups",
        "1, 8, 8, 8, 6, 4, 6 output channels do not divide into 4 groups",
        "1, 4, 8, 2, 4, 1, 'width of 4 (1 + 2 + 1)'",
        "1, 4, 2, 8, 4, 1, 'height of 4 (1 + 2 + 1)'",
    })
    void rejectsWhatNoConvolutionCanBe(
            int batch, int input, int height, int width, int output, int groups, String message) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvWorkload(batch, input, height, width, output, groups, Window.square(5, 1, 1)));
        assertTrue(String.valueOf(thrown.getMessage()).contains(message), thrown.getMessage());
    }
}

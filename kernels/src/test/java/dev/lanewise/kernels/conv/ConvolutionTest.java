package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConvolutionTest {

    private static final ConvWorkload WORKLOAD =
            new ConvWorkload(1, 16, 6, 6, 16, 1, Window.square(1, 1, 0)).with(Epilogue.bias(new Activation.Relu()));
    private static final ConvPlan PLAN = ConvPlan.of(WORKLOAD);
    private static final Schedule SCHEDULE = Schedules.byDefault(PLAN, VectorWidth.BITS_128);
    private static final ConvParameters PARAMETERS = new ConvParameters(new float[256], new float[16]);

    private static String refusal(Runnable what) {
        return assertThrows(IllegalArgumentException.class, what::run).getMessage();
    }

    @Test
    void refusesParametersThatDoNotFit() {
        assertEquals(
                "weights of shape 16x16x1x1 has 256 elements, not 255",
                refusal(() -> Convolution.of(PLAN, new ConvParameters(new float[255], new float[16]), SCHEDULE)));
        assertEquals(
                "the workload has bias, but its parameters have none",
                refusal(() -> Convolution.of(PLAN, new ConvParameters(new float[256], null), SCHEDULE)));
    }

    @Test
    void refusesASchedulesOfAnotherPlan() {
        Schedule depthwise = Schedule.parse("depthwise f32x4 4x1 resident_columns rows=6");
        assertEquals(
                "schedule depthwise f32x4 4x1 resident_columns rows=6 does not compute this convolution: it is planned"
                        + " as POINTWISE",
                refusal(() -> Convolution.of(PLAN, PARAMETERS, depthwise)));
        Schedule tooTall = Schedule.parse("pointwise f32x4 4x1 weights_first taps=16 rows=7");
        assertTrue(refusal(() -> Convolution.of(PLAN, PARAMETERS, tooTall))
                .endsWith("bands of 7 rows, but the output has 6"));
    }

    @Test
    void refusesArraysThatAreTooShort() {
        Convolution convolution = Convolution.of(PLAN, PARAMETERS, SCHEDULE);
        float[] enough = new float[576];
        try (WorkerPool pool = new WorkerPool(1)) {
            assertEquals(
                    "the input of 576 elements does not fit an array of 576 from element 1",
                    refusal(() -> convolution.run(enough, 1, null, 0, enough.clone(), 0, pool)));
            assertEquals(
                    "the output of 576 elements does not fit an array of 575 from element 0",
                    refusal(() -> convolution.run(enough, 0, null, 0, new float[575], 0, pool)));
            assertEquals(
                    "a residual too many",
                    refusal(() -> convolution.run(enough, 0, enough, 0, enough.clone(), 0, pool)));
        }
    }

    @Test
    void computesRowsByThemselvesWithTheSameBits() {
        Window window = new Window(3, 3, 2, 1, 1, 1, 1, 1, 0, 1);
        ConvWorkload workload =
                new ConvWorkload(2, 24, 19, 13, 24, 24, window).with(Epilogue.bias(new Activation.Silu()));
        ConvPlan plan = ConvPlan.of(workload);
        RandomConvolution random = RandomConvolution.of(3, workload);
        Convolution convolution =
                Convolution.of(plan, random.parameters(), Schedules.byDefault(plan, VectorWidth.BITS_128));
        float[] input = new float[plan.input().size()];
        Random values = new Random(5);
        plan.input().clearPadding(input, 0);
        for (int image = 0; image < 2; image++) {
            for (int channel = 0; channel < 24; channel++) {
                for (int pixel = 0; pixel < 19 * 13; pixel++) {
                    input[plan.input().offsetOfChannel(image, channel, pixel / 13, pixel % 13)] = values.nextFloat();
                }
            }
        }
        float[] whole = new float[plan.output().size()];
        float[] pieces = new float[plan.output().size()];
        try (WorkerPool pool = new WorkerPool(1)) {
            convolution.run(input, 0, null, 0, whole, 0, pool);
        }
        assertTrue(convolution.runsByRows());
        int height = workload.outputHeight();
        for (int image = 0; image < 2; image++) {
            convolution.runRows(input, 0, pieces, 0, image, 0, 3);
            convolution.runRows(input, 0, pieces, 0, image, 4, height);
            convolution.runRows(input, 0, pieces, 0, image, 3, 4);
        }
        assertArrayEquals(whole, pieces);
        assertEquals(
                "rows 3 to 10 of image 1 are not among the 9 of 2 images",
                refusal(() -> convolution.runRows(input, 0, pieces, 0, 1, 3, 10)));
    }

    @Test
    void namesItsKernelsByTheFormulaOfTheirSource() {
        Convolution convolution =
                Convolution.of(PLAN, PARAMETERS, Schedule.parse("pointwise f32x4 5x2 weights_first taps=16 rows=6"));
        // 36 pixels are four tiles of 5 and four of 4.
        assertEquals(2, convolution.kernels().size(), convolution.kernels().toString());
        assertTrue(convolution.kernels().get(0).startsWith("Conv_broadcast_f32x4_5x2_"));
        assertTrue(convolution.kernels().get(1).startsWith("Conv_broadcast_f32x4_4x2_"));
        assertEquals(List.of(), Convolution.scalar(PLAN, PARAMETERS).kernels());
    }

    @Test
    void readsAndWritesAnyOrderOfChannels() {
        Random random = new Random(7);
        RandomConvolution convolution = RandomConvolution.of(7, WORKLOAD);
        int[] order = IntStream.range(0, 16)
                .boxed()
                .sorted(java.util.Comparator.comparing(i -> random.nextInt()))
                .mapToInt(Integer::intValue)
                .toArray();
        BlockedLayout input = BlockedLayout.of(1, ChannelOrder.of(8, order), 6, 6);
        int[] spread = IntStream.range(0, 32)
                .map(slot -> slot % 2 == 0 ? order[slot / 2] : ChannelOrder.EMPTY)
                .toArray();
        BlockedLayout output = new BlockedLayout(1, ChannelOrder.of(16, spread), 6, 6, 1, 2, 0, 3);
        ConvPlan plan = new ConvPlan(WORKLOAD, Algorithm.POINTWISE, input, output);
        float[] expected = ReferenceConvolution.convolve(
                WORKLOAD, convolution.parameters(), convolution.input(), convolution.residual());
        for (VectorWidth width : VectorWidth.values()) {
            Schedule schedule = Schedules.byDefault(plan, width);
            assertArrayEquals(expected, convolution.run(Convolution.of(plan, convolution.parameters(), schedule), 1));
        }
    }
}

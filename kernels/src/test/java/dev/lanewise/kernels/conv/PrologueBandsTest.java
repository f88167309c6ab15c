package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrologueBandsTest {

    private static final Activation RELU = new Activation.Relu();
    private static final Prologue AFFINE = new Prologue(true, RELU);

    /** Of every algorithm, each with so much input that a copy of it all would not stay in the cache. */
    static Stream<ConvWorkload> workloads() {
        Window odd = new Window(3, 3, 2, 1, 2, 2, 3, 1, 0, 2);
        return Stream.of(
                        new ConvWorkload(2, 48, 31, 30, 32, 1, Window.square(1, 1, 0)),
                        new ConvWorkload(1, 48, 61, 40, 16, 1, Window.square(1, 2, 0)),
                        new ConvWorkload(1, 36, 29, 41, 8, 1, new Window(1, 1, 1, 1, 1, 1, 1, 2, 0, 1)),
                        new ConvWorkload(1, 32, 41, 37, 16, 1, Window.square(3, 1, 1)),
                        new ConvWorkload(2, 40, 39, 33, 40, 2, odd),
                        new ConvWorkload(1, 128, 26, 23, 128, 32, Window.square(3, 1, 1)),
                        new ConvWorkload(1, 64, 33, 30, 64, 64, Window.square(5, 1, 2)),
                        new ConvWorkload(1, 3, 115, 120, 16, 1, Window.square(7, 2, 3)))
                .flatMap(plain -> Stream.of(
                        plain.with(AFFINE).with(Epilogue.bias(RELU)),
                        plain.with(new Prologue(false, new Activation.Sigmoid()))
                                .with(new Epilogue(false, true, new Activation.None()))));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void aBandAtATimeGivesTheBitsOfTheReference(ConvWorkload workload) {
        RandomConvolution random = RandomConvolution.of(23, workload);
        float[] expected =
                ReferenceConvolution.convolve(workload, random.parameters(), random.input(), random.residual());
        ConvPlan plan = ConvPlan.of(workload);
        Schedule schedule = Schedules.byDefault(plan, VectorWidth.BITS_128).withBandRows(workload.outputHeight());
        Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
        int rows = convolution.schedule().orElseThrow().bandRows();

        assertTrue(rows < workload.outputHeight(), () -> "bands of " + rows + " rows");
        for (int threads : new int[] {1, 3}) {
            SameBits.assertSame(expected, random.run(convolution, threads), workload + " " + threads + " threads");
        }
    }

    @Test
    void keepsBandsThatWouldReadMoreWeightsAgainThanTheyKeepInput() {
        ConvPlan plan = ConvPlan.of(new ConvWorkload(1, 512, 14, 14, 512, 1, Window.square(1, 1, 0)).with(AFFINE));
        Schedule schedule = Schedule.parse("pointwise f32x8 6x2 weights_first taps=128 rows=14");

        assertEquals(schedule, PrologueBands.limited(plan, schedule));
    }

    @Test
    void keepsBandsOfConvolutionsWithoutPrologue() {
        ConvPlan plan = ConvPlan.of(new ConvWorkload(1, 256, 56, 56, 128, 1, Window.square(1, 1, 0)));
        Schedule schedule = Schedule.parse("pointwise f32x8 6x2 weights_first taps=128 rows=56");

        assertEquals(schedule, PrologueBands.limited(plan, schedule));
    }
}

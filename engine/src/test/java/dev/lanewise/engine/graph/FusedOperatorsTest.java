package dev.lanewise.engine.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.graph.SlidingWindow.AutoPad;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operators that the compiler makes: their bits are those of the nodes that they are made of, or of the kernels. */
class FusedOperatorsTest {

    private static final Activation NONE = new Activation.None();
    private static final Activation RELU = new Activation.Relu();
    private static final Convolution CONVOLUTION = new Convolution(
            new SlidingWindow(List.of(), List.of(), List.of(), List.of(1, 0, 1, 0), AutoPad.NOTSET, false), 2);

    private final Random random = new Random(5);
    private final FloatTensor x = tensor(2, 4, 5, 6);

    @ParameterizedTest
    @CsvSource({"RELU", "SIGMOID", "HARD_SWISH"})
    void activatesWithTheBitsOfTheNode(UnaryFunction function) {
        Activation activation =
                switch (function) {
                    case RELU -> RELU;
                    case SIGMOID -> new Activation.Sigmoid();
                    default -> new Activation.HardSwish();
                };
        FloatTensor special = FloatTensor.of(
                Shape.of(8),
                new float[] {Float.NaN, -0f, 0, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -3, 3, 1e-42f});

        for (FloatTensor input : List.of(x, special)) {
            assertSameBits(evaluate(Unary.of(function), input), evaluate(new Activate(activation), input));
        }
    }

    @Test
    void leavesTheOperandsOfAnActivationAlone() {
        float[] before = x.data().clone();

        evaluate(new Activate(RELU), x);
        evaluate(new FusedBinary(BinaryFunction.MUL, RELU), x, FloatTensor.scalar(-1));
        evaluate(new ChannelAffine(RELU), x, tensor(4), tensor(4));

        assertArrayEquals(before, x.data());
    }

    @Test
    void roundsNarrowTypesOnceActivated() {
        FloatTensor half = new FloatTensor(ElementType.FLOAT16, Shape.of(2), new float[] {1, 2});

        FloatTensor result = evaluate(new Activate(new Activation.Sigmoid()), half);

        assertEquals(ElementType.FLOAT16, result.elementType());
        assertEquals(0.7310f, result.data()[0], 3e-4f);
        assertEquals(0, result.data()[0] * 2048 % 1);
    }

    @Test
    void activatesBroadcastPairs() {
        FloatTensor gate = tensor(2, 4, 1, 1);

        FloatTensor pair = evaluate(Binary.of(BinaryFunction.SUB), x, gate);

        assertSameBits(
                evaluate(new Activate(RELU), pair), evaluate(new FusedBinary(BinaryFunction.SUB, RELU), x, gate));
    }

    @Test
    void activatesOnlyPairsThatGiveNumbers() {
        assertThrows(IllegalArgumentException.class, () -> new FusedBinary(BinaryFunction.LESS, RELU));
    }

    @Test
    void scalesAndShiftsChannelsInOneStep() {
        FloatTensor scale = tensor(4);
        FloatTensor shift = tensor(4);

        FloatTensor y = evaluate(new ChannelAffine(RELU), x, scale, shift);

        for (int i = 0; i < y.data().length; i++) {
            int channel = i / 30 % 4;
            float expected = Math.fma(x.data()[i], scale.data()[channel], shift.data()[channel]);
            assertEquals(Math.max(expected, 0), y.data()[i]);
        }
    }

    @Test
    void refusesAScaleThatIsNotOnePerChannel() {
        ChannelAffine affine = new ChannelAffine(NONE);

        String message = refusal(affine, x, tensor(5), tensor(4));

        assertTrue(message.contains("scale has shape 5, but X of shape 2x4x5x6 has 4 channels"), message);
        assertThrows(IllegalArgumentException.class, () -> infer(affine, x, tensor(4), tensor(3)));
        assertThrows(IllegalArgumentException.class, () -> infer(affine, tensor(4), tensor(4), tensor(4)));
    }

    @Test
    void startsASumFromBiasAndResidual() {
        FloatTensor weights = tensor(6, 2, 3, 1);
        FloatTensor bias = tensor(6);
        FloatTensor residual = tensor(2, 6, 5, 6);
        FusedConvolution fused = new FusedConvolution(CONVOLUTION, true, RELU);
        ConvWorkload workload = fused.workload(x.shape(), weights.shape(), true);

        assertEquals(new Epilogue(true, true, RELU), workload.epilogue());
        assertEquals(residual.shape(), workload.outputShape());
        assertArrayEquals(
                ReferenceConvolution.convolve(
                        workload, new ConvParameters(weights.data(), bias.data()), x.data(), residual.data()),
                evaluate(fused, x, weights, bias, residual).data());
        assertEquals(
                TensorType.of(residual),
                infer(fused, x, weights, bias, residual).type());
    }

    @Test
    void preparesTheImageAndNotItsPadding() {
        FloatTensor weights = tensor(6, 2, 3, 1);
        FloatTensor scale = tensor(4);
        FloatTensor shift = tensor(4);
        FusedConvolution fused = new FusedConvolution(CONVOLUTION, false, NONE).with(new Prologue(true, RELU));
        FusedConvolution activated = new FusedConvolution(CONVOLUTION, false, NONE).with(new Prologue(false, RELU));
        ConvWorkload workload = fused.workload(x.shape(), weights.shape(), false);

        FloatTensor y = (FloatTensor) fused.evaluate(Arrays.asList(x, weights, null, null, scale, shift))
                .get(0);

        assertSameBits(evaluate(CONVOLUTION, evaluate(new ChannelAffine(RELU), x, scale, shift), weights), y);
        assertArrayEquals(
                ReferenceConvolution.convolve(
                        workload, new ConvParameters(weights.data(), null, scale.data(), shift.data()), x.data(), null),
                y.data());
        assertSameBits(
                evaluate(CONVOLUTION, evaluate(new Activate(RELU), x), weights), evaluate(activated, x, weights));
    }

    @Test
    void refusesAPrologueThatIsNotOnePerChannel() {
        FusedConvolution fused = new FusedConvolution(CONVOLUTION, true, NONE).with(new Prologue(true, RELU));
        FloatTensor weights = tensor(6, 2, 3, 1);
        FloatTensor residual = tensor(2, 6, 5, 6);

        String message = refusal(fused, x, weights, tensor(6), residual, tensor(5), tensor(4));

        assertTrue(message.contains("scale has shape 5, but X of shape 2x4x5x6 has 4 channels"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> infer(fused, x, weights, tensor(6), residual, tensor(4), tensor(3)));
        assertThrows(IllegalArgumentException.class, () -> infer(fused, x, weights, tensor(6), residual, tensor(4)));
    }

    @Test
    void convolvesWithoutAnythingAsTheNodeDoes() {
        FloatTensor weights = tensor(6, 2, 3, 1);

        assertSameBits(
                evaluate(CONVOLUTION, x, weights),
                evaluate(new FusedConvolution(CONVOLUTION, false, NONE), x, weights));
    }

    @Test
    void convolvesRowsWithAResidual() {
        Convolution row = new Convolution(
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(), AutoPad.SAME_UPPER, false), 1);
        FloatTensor image = tensor(1, 3, 7);
        FloatTensor weights = tensor(3, 3, 3);
        FusedConvolution fused = new FusedConvolution(row, true, NONE);

        FloatTensor y = (FloatTensor)
                fused.evaluate(Arrays.asList(image, weights, null, image)).get(0);

        FloatTensor plain = evaluate(row, image, weights);
        for (int i = 0; i < y.data().length; i++) {
            assertEquals(plain.data()[i] + image.data()[i], y.data()[i], 1e-5f);
        }
        assertEquals(1, fused.workload(image.shape(), weights.shape(), false).height());
    }

    @Test
    void convolvesNoImages() {
        FusedConvolution fused = new FusedConvolution(CONVOLUTION, true, RELU);

        FloatTensor y = evaluate(fused, tensor(0, 4, 5, 6), tensor(6, 2, 3, 1), tensor(6), tensor(0, 6, 5, 6));

        assertEquals(Shape.of(0, 6, 5, 6), y.shape());
    }

    @Test
    void refusesAResidualOfAnotherShape() {
        FusedConvolution fused = new FusedConvolution(CONVOLUTION, true, RELU);
        FloatTensor weights = tensor(6, 2, 3, 1);

        String message = refusal(fused, x, weights, tensor(6), tensor(2, 6, 1, 1));

        assertTrue(message.contains("the residual is 2x6x1x1, but must be of the output's shape, 2x6x5x6"), message);
        assertThrows(IllegalArgumentException.class, () -> infer(fused, x, weights, tensor(6), tensor(2, 6, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> infer(fused, x, weights, tensor(6), tensor(6, 5, 6)));
        assertThrows(IllegalArgumentException.class, () -> infer(fused, x, weights, tensor(6)));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void multipliesWithTheBitsOfGemm(boolean transposed) {
        FloatTensor rows = tensor(3, 5);
        FloatTensor weights = transposed ? tensor(7, 5) : tensor(5, 7);
        FloatTensor bias = tensor(7);

        FloatTensor product = evaluate(new Gemm(1, 1, false, transposed), rows, weights, bias);
        FloatTensor expected = evaluate(new Activate(RELU), product);

        assertSameBits(expected, evaluate(new FusedGemm(transposed, RELU), rows, weights, bias));
        assertEquals(
                TensorType.of(expected),
                infer(new FusedGemm(transposed, RELU), rows, weights, bias).type());
    }

    @Test
    void dealsOutChannels() {
        FloatTensor channels = FloatTensor.of(Shape.of(1, 6, 1), new float[] {0, 1, 2, 3, 4, 5});
        ChannelShuffle shuffle = new ChannelShuffle(2);

        FloatTensor y = evaluate(shuffle, channels);

        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, y.data());
        for (int channel = 0; channel < 6; channel++) {
            assertEquals(shuffle.source(channel, 6), y.data()[channel]);
        }
    }

    @Test
    void refusesChannelsThatDoNotDivide() {
        String message = refusal(new ChannelShuffle(3), x);

        assertEquals("4 channels do not divide into 3 groups", message);
        assertThrows(IllegalArgumentException.class, () -> infer(new ChannelShuffle(3), x));
        assertThrows(IllegalArgumentException.class, () -> new ChannelShuffle(0));
    }

    @Test
    void activatesAfterTheResidual() {
        FloatTensor weights = tensor(6, 2, 3, 1);
        FloatTensor residual = tensor(2, 6, 5, 6);
        FloatTensor bias = tensor(6);
        Activation clip = new Activation.Clip(-1, 1);

        FloatTensor sums = evaluate(new FusedConvolution(CONVOLUTION, true, NONE), x, weights, bias, residual);
        FloatTensor clipped = evaluate(new FusedConvolution(CONVOLUTION, true, clip), x, weights, bias, residual);

        float[] expected = sums.data().clone();
        ReferenceActivation.apply(clip, expected);
        assertArrayEquals(expected, clipped.data());
    }

    private static FloatTensor evaluate(Operator operator, Tensor... inputs) {
        return (FloatTensor) operator.evaluate(List.of(inputs)).get(0);
    }

    private static ValueFact infer(Operator operator, Tensor... inputs) {
        return operator.infer(Arrays.stream(inputs)
                        .map(tensor -> ValueFact.of(TensorType.of(tensor)))
                        .toList())
                .get(0);
    }

    private static String refusal(Operator operator, Tensor... inputs) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> evaluate(operator, inputs))
                .getMessage());
    }

    private static void assertSameBits(FloatTensor expected, FloatTensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.data(), actual.data());
    }

    private FloatTensor tensor(int... dimensions) {
        float[] data = new float[Shape.of(dimensions).size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return FloatTensor.of(Shape.of(dimensions), data);
    }
}

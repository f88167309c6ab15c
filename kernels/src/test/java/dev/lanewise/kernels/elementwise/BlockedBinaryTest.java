package dev.lanewise.kernels.elementwise;

import static dev.lanewise.kernels.BlockedImages.BASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.BlockedImages;
import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockedBinaryTest {

    private static final List<Activation> ACTIVATIONS = List.of(
            new Activation.None(),
            new Activation.Relu(),
            new Activation.HardSigmoid(0.2f, 0.5f),
            new Activation.Silu());

    private static final BinaryFunction[] FUNCTIONS = {BinaryFunction.ADD, BinaryFunction.SUB, BinaryFunction.MUL};

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 150); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ChannelOrder order = BlockedImages.randomOrder(random);
            BlockedLayout pixels =
                    BlockedLayout.of(random.nextInt(1, 4), order, random.nextInt(1, 9), random.nextInt(1, 9));
            BlockedLayout a = operand(pixels, random);
            BlockedLayout b = operand(pixels, random);
            check(a, b, BlockedImages.randomlyPadded(pixels, random), width, random, "seed " + seed + " at " + width);
        }
    }

    private static BlockedLayout operand(BlockedLayout y, SplittableRandom random) {
        int batch = random.nextInt(4) == 0 ? 1 : y.batch();
        boolean pixel = random.nextInt(3) == 0;
        BlockedLayout layout = BlockedLayout.of(batch, y.order(), pixel ? 1 : y.height(), pixel ? 1 : y.width());
        return BlockedImages.randomlyPadded(layout, random);
    }

    private static void check(
            BlockedLayout a,
            BlockedLayout b,
            BlockedLayout y,
            Optional<VectorWidth> width,
            SplittableRandom random,
            String what) {
        BinaryFunction function = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
        Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
        FloatTensor left = random(a, random);
        FloatTensor right = random(b, random);
        FloatTensor ones = FloatTensor.of(y.shape(), new float[y.shape().size()]);
        // Twice broadcast: both operands may be smaller than the result.
        FloatTensor wide = (FloatTensor) ReferenceElementwise.binary(BinaryFunction.MAX, left, minusInfinity(ones));
        float[] expected = ((FloatTensor) ReferenceElementwise.binary(function, wide, right)).data();
        ReferenceActivation.apply(activation, expected);
        float[] data = BlockedImages.empty(y);
        BlockedBinary.of(function, activation, a, b, y, width)
                .run(
                        BlockedImages.blocked(left.data(), a),
                        BASE,
                        BlockedImages.blocked(right.data(), b),
                        BASE,
                        data,
                        BASE);
        SameBits.assertSame(expected, BlockedImages.nchw(data, y, what), what + ": " + function + " " + activation);
    }

    private static FloatTensor random(BlockedLayout layout, SplittableRandom random) {
        float[] data = new float[layout.shape().size()];
        SpecialFloats.fill(data, random);
        return FloatTensor.of(layout.shape(), data);
    }

    private static FloatTensor minusInfinity(FloatTensor tensor) {
        Arrays.fill(tensor.data(), Float.NEGATIVE_INFINITY);
        return tensor;
    }

    @Test
    void refusesShapesThatDoNotBroadcast() {
        ChannelOrder order = ChannelOrder.contiguous(16, 16);
        BlockedLayout y = BlockedLayout.of(2, order, 4, 4);
        BlockedLayout row = BlockedLayout.of(2, order, 1, 4);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> BlockedBinary.of(BinaryFunction.ADD, new Activation.None(), y, row, y));
        assertEquals(
                "b of shape 2x16x1x4 (16 channels in 1 blocks of 16) does not broadcast to 2x16x4x4 "
                        + "(16 channels in 1 blocks of 16)",
                failure.getMessage());
        BlockedLayout other = BlockedLayout.of(2, ChannelOrder.contiguous(16, 8), 4, 4);
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockedBinary.of(BinaryFunction.ADD, new Activation.None(), other, y, y));
    }

    @Test
    void refusesArraysThatAreTooShort() {
        BlockedLayout layout = BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 2, 2);
        BlockedBinary sum = BlockedBinary.of(BinaryFunction.ADD, new Activation.None(), layout, layout, layout);
        float[] data = new float[64];
        assertThrows(IllegalArgumentException.class, () -> sum.run(data, 0, data, 1, data, 0));
        assertThrows(IllegalArgumentException.class, () -> sum.run(data, 0, data, 0, data, 0, 0, 2));
    }
}

package dev.lanewise.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.BlockedImages;
import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.AllocatedBytes;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.reference.ReferenceMatMul;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {

    private static final List<Activation> ACTIVATIONS =
            List.of(new Activation.None(), new Activation.Relu(), new Activation.Silu());

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 60); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int most = VectorWidths.trials(width, 200);
            int rows = random.nextInt(1, random.nextBoolean() ? 3 : 30);
            check(rows, random.nextInt(1, most + 1), random.nextInt(1, most + 1), random, width, "seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void chunksOfFeaturesChangeNoBit(Optional<VectorWidth> width) {
        int depth = VectorWidths.trials(width, 700);
        check(13, depth, 40, new SplittableRandom(1), width, "13 rows, depth " + depth);
    }

    @Test
    void runsARowWithoutABoxOnceItIsWarmedUp() {
        Assumptions.assumeTrue(VectorWidth.preferred().isPresent(), "plain loops box nothing");
        // Of seven panels: some tiles of several, one of fewer, and a last panel that is not full.
        Gemm gemm = Gemm.of(parameters(300, 100, new SplittableRandom(1)), new Activation.None());
        gemm.warmUp();
        float[] x = new float[300];
        float[] y = new float[100];
        long before = AllocatedBytes.ofThisThread();
        gemm.run(x, 0, 300, y, 0, 100, 1);
        long allocated = AllocatedBytes.ofThisThread() - before;
        // The last panel is computed aside; one boxed vector for each feature would be 300 times 32 bytes and more.
        assertTrue(allocated < 300 * 32, allocated + " bytes");
    }

    private static void check(
            int rows, int depth, int columns, SplittableRandom random, Optional<VectorWidth> width, String what) {
        GemmParameters parameters = parameters(depth, columns, random);
        Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
        float[] x = new float[rows * depth];
        SpecialFloats.fill(x, random);
        // Special values only in some rows, lest every result be NaN.
        for (int i = 0; i < x.length / 2; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
        }
        int xPitch = depth + random.nextInt(3);
        int yPitch = columns + random.nextInt(3);
        float[] spread = new float[3 + rows * xPitch];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, row * depth, spread, 3 + row * xPitch, depth);
        }
        float[] y = new float[2 + rows * yPitch];
        Arrays.fill(y, 77);
        Gemm gemm = Gemm.of(parameters, activation, width);
        int middle = random.nextInt(gemm.panels() + 1);
        gemm.run(spread, 3, xPitch, y, 2, yPitch, rows, middle, gemm.panels());
        gemm.run(spread, 3, xPitch, y, 2, yPitch, rows, 0, middle);
        float[] product = expected(parameters, activation, x, rows);
        float[] expected = new float[y.length];
        Arrays.fill(expected, 77);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(product, row * columns, expected, 2 + row * yPitch, columns);
        }
        SameBits.assertSame(
                expected, y, what + " at " + width + ": " + rows + " x " + depth + " x " + columns + " " + activation);
    }

    private static GemmParameters parameters(int depth, int columns, SplittableRandom random) {
        float[] weights = new float[depth * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble(-1, 1);
        }
        float[] bias = new float[columns];
        SpecialFloats.fill(bias, random);
        return new GemmParameters(depth, columns, weights, random.nextBoolean(), random.nextBoolean() ? bias : null);
    }

    private static float[] expected(GemmParameters parameters, Activation activation, float[] x, int rows) {
        int depth = parameters.depth();
        int columns = parameters.columns();
        Shape shape = parameters.transposed() ? Shape.of(columns, depth) : Shape.of(depth, columns);
        FloatTensor bias = parameters.bias() == null ? null : FloatTensor.of(Shape.of(columns), parameters.bias());
        FloatTensor product = (FloatTensor) ReferenceMatMul.gemm(
                FloatTensor.of(Shape.of(rows, depth), x),
                FloatTensor.of(shape, parameters.weights()),
                bias,
                1,
                1,
                false,
                parameters.transposed());
        ReferenceActivation.apply(activation, product.data());
        return product.data();
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void readsImagesOfABlockedTensorInTheOrderOfTheirChannels(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 30); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ChannelOrder order = BlockedImages.randomOrder(random);
            int size = random.nextInt(1, 4);
            BlockedLayout layout = BlockedImages.randomlyPadded(
                    BlockedLayout.of(random.nextInt(1, 8), order, size, random.nextInt(1, 4)), random);
            int depth = layout.shape().sizeOf(1, 4);
            GemmParameters parameters = parameters(depth, random.nextInt(1, 50), random);
            float[] x = new float[layout.shape().size()];
            SpecialFloats.fill(x, random);
            Gemm gemm = Gemm.ofImages(parameters, new Activation.None(), layout, width);
            float[] y = new float[layout.batch() * parameters.columns()];
            gemm.run(
                    BlockedImages.blocked(x, layout),
                    BlockedImages.BASE,
                    layout.imagePitch(),
                    y,
                    0,
                    parameters.columns(),
                    layout.batch());
            float[] expected = expected(parameters, new Activation.None(), x, layout.batch());
            SameBits.assertSame(expected, y, "seed " + seed + " at " + width);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> new GemmParameters(3, 2, new float[5], true, null));
        assertEquals("weights of shape 2x3 have 6 elements, not 5", failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new GemmParameters(3, 2, new float[6], true, new float[3]));
        assertThrows(IllegalArgumentException.class, () -> new GemmParameters(0, 2, new float[0], true, null));
        GemmParameters parameters = new GemmParameters(3, 2, new float[6], false, null);
        Gemm gemm = Gemm.of(parameters, new Activation.None());
        assertThrows(IllegalArgumentException.class, () -> gemm.run(new float[5], 0, 3, new float[4], 0, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> gemm.run(new float[6], 0, 3, new float[3], 0, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> gemm.run(new float[6], 0, 3, new float[4], 0, 1, 2));
        BlockedLayout layout = BlockedLayout.of(1, ChannelOrder.contiguous(4, 4), 1, 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> Gemm.ofImages(parameters, new Activation.None(), layout, Optional.empty()));
    }
}

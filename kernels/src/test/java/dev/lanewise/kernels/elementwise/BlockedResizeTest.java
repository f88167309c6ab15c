package dev.lanewise.kernels.elementwise;

import static dev.lanewise.kernels.BlockedImages.BASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.BlockedImages;
import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.reference.ReferenceResize.Axis;
import dev.lanewise.kernels.reference.ReferenceResize.Coordinates;
import dev.lanewise.kernels.reference.ReferenceResize.Interpolation;
import dev.lanewise.kernels.reference.ReferenceResize.Method;
import dev.lanewise.kernels.reference.ReferenceResize.Rounding;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockedResizeTest {

    private static final float EXTRAPOLATION = -3.5f;

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        int seed = 0;
        int rounds = VectorWidths.trials(width, 10);
        for (int round = 0; round < rounds; round++) {
            for (Coordinates coordinates : Coordinates.values()) {
                for (Interpolation interpolation : Interpolation.values()) {
                    check(
                            coordinates,
                            interpolation,
                            new SplittableRandom(seed),
                            width,
                            "seed " + seed + " at " + width);
                    seed++;
                }
            }
        }
    }

    private static void check(
            Coordinates coordinates,
            Interpolation interpolation,
            SplittableRandom random,
            Optional<VectorWidth> width,
            String what) {
        Rounding rounding = List.of(Rounding.values()).get(random.nextInt(4));
        boolean smooth = interpolation != Interpolation.NEAREST && random.nextInt(3) == 0;
        Method method = new Method(interpolation, coordinates, rounding, smooth, random.nextBoolean(), -0.75f);
        BlockedLayout in = BlockedLayout.of(
                random.nextInt(1, 3), BlockedImages.randomOrder(random), random.nextInt(1, 9), random.nextInt(1, 9));
        Axis rows = axis(in.height(), coordinates, random);
        Axis columns = axis(in.width(), coordinates, random);
        BlockedLayout out = BlockedLayout.of(in.batch(), in.order(), rows.output(), columns.output());
        BlockedLayout paddedIn = BlockedImages.randomlyPadded(in, random);
        BlockedLayout paddedOut = BlockedImages.randomlyPadded(out, random);
        float[] x = new float[in.shape().size()];
        SpecialFloats.fill(x, random);
        float[] y = BlockedImages.empty(paddedOut);
        BlockedResize.of(method, paddedIn, paddedOut, rows, columns, EXTRAPOLATION, width)
                .run(BlockedImages.blocked(x, paddedIn), BASE, y, BASE);
        float[] expected = expected(method, in, x, rows, columns);
        SameBits.assertSame(expected, BlockedImages.nchw(y, paddedOut, what), what + " " + method + rows + columns);
    }

    private static Axis axis(int input, Coordinates coordinates, SplittableRandom random) {
        boolean crop = coordinates == Coordinates.TF_CROP_AND_RESIZE;
        double start = crop ? random.nextDouble(-0.3, 0.3) : 0;
        double end = crop ? random.nextDouble(0.7, 1.3) : 1;
        if (random.nextInt(4) == 0) {
            return new Axis(input, input, 1, start, end);
        }
        int output = random.nextInt(1, 20);
        return new Axis(input, output, (double) output / input, start, end);
    }

    private static float[] expected(Method method, BlockedLayout in, float[] x, Axis rows, Axis columns) {
        if (method.interpolation() == Interpolation.NEAREST) {
            int[][] positions = ReferenceMovement.everything(in.shape());
            positions[2] = ReferenceResize.nearest(method, rows);
            positions[3] = ReferenceResize.nearest(method, columns);
            return ((FloatTensor) ReferenceMovement.select(
                            FloatTensor.of(in.shape(), x), positions, FloatTensor.scalar(EXTRAPOLATION)))
                    .data();
        }
        int channels = in.order().channels();
        Axis[] axes = {new Axis(in.batch(), in.batch(), 1, 0, 1), new Axis(channels, channels, 1, 0, 1), rows, columns};
        return ReferenceResize.interpolate(in.shape(), x.clone(), method, axes, EXTRAPOLATION);
    }

    @Test
    void refusesAxesOfOtherLayouts() {
        Method method = new Method(Interpolation.LINEAR, Coordinates.HALF_PIXEL, Rounding.FLOOR, false, false, -0.75f);
        BlockedLayout in = BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 4, 4);
        BlockedLayout out = BlockedLayout.of(1, in.order(), 8, 8);
        Axis twice = new Axis(4, 8, 2, 0, 1);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> BlockedResize.of(method, in, out, twice, new Axis(4, 6, 1.5, 0, 1), 0));
        assertEquals("the layouts' width goes from 4 to 8, the axis from 4 to 6", failure.getMessage());
        BlockedLayout eights = BlockedLayout.of(1, ChannelOrder.contiguous(16, 8), 8, 8);
        assertThrows(IllegalArgumentException.class, () -> BlockedResize.of(method, in, eights, twice, twice, 0));
    }
}

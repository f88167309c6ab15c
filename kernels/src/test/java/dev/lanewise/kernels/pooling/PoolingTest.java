package dev.lanewise.kernels.pooling;

import static dev.lanewise.kernels.BlockedImages.BASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.BlockedImages;
import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferencePooling;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {

    /** A random case: a tensor, a window, and an output that may be larger than the window alone says. */
    private record Case(
            BlockedLayout in,
            BlockedLayout out,
            Window window,
            float[] pixels,
            Optional<VectorWidth> width,
            String name) {

        static Case of(int seed, Optional<VectorWidth> width) {
            SplittableRandom random = new SplittableRandom(seed);
            BlockedLayout in = BlockedLayout.of(
                    random.nextInt(1, 3),
                    BlockedImages.randomOrder(random),
                    random.nextInt(1, 15),
                    random.nextInt(1, 15));
            Window window = window(in, random);
            int ceil = random.nextInt(4) == 0 ? 1 : 0;
            int outputHeight = window.outputHeight(in.height()) + ceil;
            int outputWidth = window.outputWidth(in.width()) + ceil;
            BlockedLayout out = BlockedLayout.of(in.batch(), in.order(), outputHeight, outputWidth);
            float[] pixels = new float[in.shape().size()];
            SpecialFloats.fill(pixels, random);
            return new Case(
                    BlockedImages.randomlyPadded(in, random),
                    BlockedImages.randomlyPadded(out, random),
                    window,
                    pixels,
                    width,
                    "seed " + seed + " at " + width + " " + window);
        }

        private static Window window(BlockedLayout in, SplittableRandom random) {
            while (true) {
                Window window = new Window(
                        random.nextInt(1, 6),
                        random.nextInt(1, 6),
                        random.nextInt(1, 4),
                        random.nextInt(1, 4),
                        random.nextInt(1, 3),
                        random.nextInt(1, 3),
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3));
                boolean fits = window.extentHeight() <= in.height() + window.padTop() + window.padBottom()
                        && window.extentWidth() <= in.width() + window.padLeft() + window.padRight();
                if (fits) {
                    return window;
                }
            }
        }

        void check(Pooling pooling, float[] expected) {
            float[] output = BlockedImages.empty(out);
            pooling.run(BlockedImages.blocked(pixels, in), BASE, output, BASE);
            SameBits.assertSame(expected, BlockedImages.nchw(output, out, name), name);
        }
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void maximaHaveTheBitsOfTheReference(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 100); seed++) {
            Case c = Case.of(seed, width);
            float[] expected = ReferencePooling.max(c.in.shape(), c.pixels, c.window, c.out.height(), c.out.width());
            c.check(Pooling.max(c.in, c.out, c.window, width), expected);
        }
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void averagesHaveTheBitsOfTheReference(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 100); seed++) {
            Case c = Case.of(seed, width);
            boolean countPadding = seed % 2 == 0;
            float[] expected = ReferencePooling.average(
                    c.in.shape(), c.pixels, c.window, c.out.height(), c.out.width(), countPadding);
            c.check(Pooling.average(c.in, c.out, c.window, countPadding, width), expected);
        }
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void globalPoolingHasTheBitsOfTheReference(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 60); seed++) {
            Case c = Case.of(seed, width);
            BlockedLayout pixel = BlockedLayout.of(c.in.batch(), c.in.order(), 1, 1);
            Case global = new Case(c.in, pixel, c.window, c.pixels, width, c.name);
            global.check(
                    Pooling.globalAverage(c.in, pixel, width), ReferencePooling.globalAverage(c.in.shape(), c.pixels));
            global.check(Pooling.globalMax(c.in, pixel, width), ReferencePooling.globalMax(c.in.shape(), c.pixels));
        }
    }

    @Test
    void planesAreIndependent() {
        BlockedLayout in = BlockedLayout.of(2, ChannelOrder.contiguous(20, 8), 5, 5);
        BlockedLayout out = BlockedLayout.of(2, in.order(), 3, 3);
        Pooling pooling = Pooling.max(in, out, Window.square(3, 2, 1));
        float[] pixels = new float[in.shape().size()];
        SpecialFloats.fill(pixels, new SplittableRandom(5));
        float[] input = BlockedImages.blocked(pixels, in);
        float[] whole = BlockedImages.empty(out);
        pooling.run(input, BASE, whole, BASE);
        float[] parts = BlockedImages.empty(out);
        pooling.run(input, BASE, parts, BASE, 0, 1);
        pooling.run(input, BASE, parts, BASE, 4, 6);
        pooling.run(input, BASE, parts, BASE, 1, 4);
        SameBits.assertSame(whole, parts, "in three parts");
    }

    @Test
    void refusesWhatDoesNotFit() {
        BlockedLayout in = BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 4, 4);
        BlockedLayout narrow = BlockedLayout.of(1, ChannelOrder.contiguous(16, 8), 2, 2);
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> Pooling.max(in, narrow, Window.square(2, 2, 0)));
        assertEquals(
                "in of shape 1x16x4x4 (16 channels in 1 blocks of 16) cannot be pooled to 1x16x2x2 "
                        + "(16 channels in 2 blocks of 8): batch and channel order must be the same",
                failure.getMessage());
        BlockedLayout out = BlockedLayout.of(1, in.order(), 2, 2);
        assertThrows(IllegalArgumentException.class, () -> Pooling.globalMax(in, out));
        Pooling pooling = Pooling.max(in, out, Window.square(2, 2, 0));
        float[] data = new float[256];
        assertThrows(IllegalArgumentException.class, () -> pooling.run(data, 1, new float[64], 0));
        assertThrows(IllegalArgumentException.class, () -> pooling.run(data, 0, new float[63], 0));
        assertThrows(IllegalArgumentException.class, () -> pooling.run(data, 0, new float[64], 0, 0, 2));
    }
}

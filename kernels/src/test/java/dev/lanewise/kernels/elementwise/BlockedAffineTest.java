package dev.lanewise.kernels.elementwise;

import static dev.lanewise.kernels.BlockedImages.BASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.BlockedImages;
import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockedAffineTest {

    private static final List<Activation> ACTIVATIONS =
            List.of(new Activation.None(), new Activation.Relu(), new Activation.HardSwish(), new Activation.Sigmoid());

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void scalesAndShiftsEveryPixelByItsChannel(Optional<VectorWidth> width) {
        for (int seed = 0; seed < VectorWidths.trials(width, 150); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            BlockedLayout layout = BlockedLayout.of(
                    random.nextInt(1, 4),
                    BlockedImages.randomOrder(random),
                    random.nextInt(1, 9),
                    random.nextInt(1, 9));
            BlockedLayout in = BlockedImages.randomlyPadded(layout, random);
            BlockedLayout out = BlockedImages.randomlyPadded(layout, random);
            Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
            check(BlockedAffine.of(activation, in.block(), width), activation, in, out, random, seed + " at " + width);
        }
    }

    private static void check(
            BlockedAffine affine,
            Activation activation,
            BlockedLayout in,
            BlockedLayout out,
            SplittableRandom random,
            String what) {
        int channels = in.order().channels();
        float[] x = new float[in.shape().size()];
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        SpecialFloats.fill(x, random);
        SpecialFloats.fill(scale, random);
        SpecialFloats.fill(shift, random);
        float[] expected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            int channel = i / (in.height() * in.width()) % channels;
            expected[i] = ReferenceActivation.apply(activation, Math.fma(x[i], scale[channel], shift[channel]));
        }
        float[] scaleBySlot = BlockedAffine.bySlot(scale, in);
        float[] shiftBySlot = BlockedAffine.bySlot(shift, in);
        float[] y = BlockedImages.empty(out);
        affine.run(BlockedImages.blocked(x, in), BASE, in, scaleBySlot, shiftBySlot, y, BASE, out);
        SameBits.assertSame(expected, BlockedImages.nchw(y, out, what), "seed " + what + " " + activation);
    }

    @Test
    void refusesWhatDoesNotFit() {
        BlockedLayout layout = BlockedLayout.of(1, ChannelOrder.contiguous(16, 8), 2, 2);
        BlockedLayout wider = BlockedLayout.of(1, ChannelOrder.contiguous(16, 8), 2, 3);
        BlockedAffine affine = BlockedAffine.of(new Activation.None(), 8);
        float[] data = new float[100];
        float[] sixteen = new float[16];
        assertThrows(
                IllegalArgumentException.class, () -> affine.run(data, 0, layout, sixteen, sixteen, data, 0, wider));
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> affine.run(data, 0, layout, new float[15], sixteen, data, 0, layout));
        assertEquals("scaleBySlot has 15 elements, but 16 are asked for from element 0 on", failure.getMessage());
        BlockedLayout sixteens = BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 2, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> affine.run(data, 0, sixteens, sixteen, sixteen, data, 0, sixteens));
        assertThrows(IllegalArgumentException.class, () -> BlockedAffine.bySlot(new float[15], layout));
    }
}

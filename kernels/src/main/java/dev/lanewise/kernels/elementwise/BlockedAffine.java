package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code activation(fma(x, scale[slot], shift[slot]))} of the pixels of a blocked tensor: batch normalisation that no
 * convolution could take in, and the prologue of a convolution. Padding is neither read nor written.
 */
public final class BlockedAffine {

    private static final List<Operand> CHANNELWISE = List.of(Operand.STREAM, Operand.CHANNEL, Operand.CHANNEL);
    private static final List<Operand> BY_PLANE = List.of(Operand.STREAM, Operand.SCALAR, Operand.SCALAR);

    private final Rows rows;
    private final int block;

    private BlockedAffine(Rows rows, int block) {
        this.rows = rows;
        this.block = block;
    }

    /** For this CPU's vectors. */
    public static BlockedAffine of(Activation activation, int block) {
        return of(activation, block, VectorWidth.preferred());
    }

    /**
     * @param block slots in a block of the tensors that it will be run on
     * @param width without one, a plain loop
     */
    public static BlockedAffine of(Activation activation, int block, Optional<VectorWidth> width) {
        Formula formula = new Formula.Affine(activation);
        Rows rows = block == 1 ? Rows.flat(formula, BY_PLANE, width) : Rows.blocked(formula, CHANNELWISE, width, block);
        return new BlockedAffine(rows, block);
    }

    /**
     * One parameter for each channel, put into the slots of a layout; empty slots get 0.
     *
     * @throws IllegalArgumentException if there are more or fewer parameters than channels
     */
    public static float[] bySlot(float[] byChannel, BlockedLayout layout) {
        if (byChannel.length != layout.order().channels()) {
            throw new IllegalArgumentException(
                    byChannel.length + " parameters for " + layout.order().channels() + " channels");
        }
        float[] bySlot = new float[layout.order().slots()];
        for (int channel = 0; channel < byChannel.length; channel++) {
            bySlot[layout.order().slot(channel)] = byChannel[channel];
        }
        return bySlot;
    }

    /** As {@link #bySlot(float[], BlockedLayout)}; where there are no parameters, all slots get the same number. */
    public static float[] bySlot(float @Nullable [] byChannel, float otherwise, BlockedLayout layout) {
        if (byChannel != null) {
            return bySlot(byChannel, layout);
        }
        float[] bySlot = new float[layout.order().slots()];
        Arrays.fill(bySlot, otherwise);
        return bySlot;
    }

    /**
     * The whole tensor, which begins at {@code inBase}, to {@code outBase}; in place if layouts, arrays and bases are equal.
     *
     * @param scaleBySlot one for each slot of the layouts' channel order, as is {@code shiftBySlot}
     * @throws IllegalArgumentException if the layouts differ in more than padding, or an array is too short
     */
    public void run(
            float[] in,
            int inBase,
            BlockedLayout inLayout,
            float[] scaleBySlot,
            float[] shiftBySlot,
            float[] out,
            int outBase,
            BlockedLayout outLayout) {
        int planes = inLayout.batch() * inLayout.order().blocks();
        run(in, inBase, inLayout, scaleBySlot, shiftBySlot, out, outBase, outLayout, 0, planes);
    }

    /** Only planes {@code from} to {@code to - 1}; plane {@code image * blocks + block} is one block of one image. */
    public void run(
            float[] in,
            int inBase,
            BlockedLayout inLayout,
            float[] scaleBySlot,
            float[] shiftBySlot,
            float[] out,
            int outBase,
            BlockedLayout outLayout,
            int from,
            int to) {
        requireFit(inLayout, outLayout);
        FloatRange.require("in", in, inBase, inLayout);
        FloatRange.require("out", out, outBase, outLayout);
        FloatRange.require("scaleBySlot", scaleBySlot, 0, inLayout.order().slots());
        FloatRange.require("shiftBySlot", shiftBySlot, 0, inLayout.order().slots());
        PixelRows.requirePlanes(inLayout, from, to);
        PixelRows pixels = PixelRows.of(inLayout, outLayout);
        int blocks = inLayout.order().blocks();
        for (int plane = from; plane < to; plane++) {
            int parameters = plane % blocks * block;
            for (int row = 0; row < pixels.count(); row++) {
                int source = inBase + inLayout.offset(plane / blocks, plane % blocks, row, 0);
                int target = outBase + outLayout.offset(plane / blocks, plane % blocks, row, 0);
                rows.run(in, source, scaleBySlot, parameters, shiftBySlot, parameters, out, target, pixels.floats());
            }
        }
    }

    /**
     * Some rows of one block, as many columns as the layouts have, which begin at {@code inFrom} and go to
     * {@code outFrom}; what else the layouts have is their own affair.
     */
    public void run(
            float[] in,
            int inFrom,
            BlockedLayout inLayout,
            float[] scaleBySlot,
            float[] shiftBySlot,
            int blockIndex,
            float[] out,
            int outFrom,
            BlockedLayout outLayout,
            int count) {
        int parameters = blockIndex * block;
        int floats = inLayout.width() * block;
        boolean onePiece = inLayout.rowPitch() == floats && outLayout.rowPitch() == floats;
        int pieces = onePiece ? Math.min(count, 1) : count;
        int floatsOfPiece = onePiece ? count * floats : floats;
        for (int piece = 0; piece < pieces; piece++) {
            int source = inFrom + piece * inLayout.rowPitch();
            int target = outFrom + piece * outLayout.rowPitch();
            rows.run(in, source, scaleBySlot, parameters, shiftBySlot, parameters, out, target, floatsOfPiece);
        }
    }

    private void requireFit(BlockedLayout in, BlockedLayout out) {
        if (!in.order().equals(out.order()) || !in.shape().equals(out.shape())) {
            throw new IllegalArgumentException("in of shape " + in.shape() + " (" + in.order() + ") and out of shape "
                    + out.shape() + " (" + out.order() + ") differ in more than padding");
        }
        if (in.block() != block) {
            throw new IllegalArgumentException("made for blocks of " + block + ", not of " + in.block());
        }
    }
}

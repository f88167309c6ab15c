package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.nio.ByteBuffer;

/**
 * Packs interleaved bytes, {@code [batch][height][width][channels]} without padding, as decoders leave images, and gives
 * every byte its value on the way. It writes every pixel, zeros into empty slots, and no padding. Immutable; threads may
 * share one and pack different rows of the same batch at once.
 *
 * <p>Values come from a table per channel: a table takes whatever normalisation a model asks for, in whatever precision,
 * and costs one load.
 */
public final class BytePacking {

    private static final int BYTES = 256;

    private final BlockedLayout to;
    private final int channels;
    /** For every slot where it begins in a row of the first image. */
    private final int[] slotStarts;

    private final float[][] values;

    private BytePacking(BlockedLayout to, float[][] values) {
        this.to = to;
        this.channels = to.order().channels();
        this.values = values;
        this.slotStarts = new int[to.order().slots()];
        for (int slot = 0; slot < slotStarts.length; slot++) {
            slotStarts[slot] = to.offset(0, slot / to.block(), 0, 0) + slot % to.block();
        }
    }

    /**
     * With any values.
     *
     * @param values {@code [channels][256]}: what a byte, taken as unsigned, stands for
     * @throws IllegalArgumentException if there are not 256 values for every channel
     */
    public static BytePacking of(BlockedLayout to, float[][] values) {
        int channels = to.order().channels();
        if (values.length != channels) {
            throw new IllegalArgumentException(
                    "there are values for " + values.length + " channels, but the layout has " + channels);
        }
        float[][] copy = new float[channels][];
        for (int channel = 0; channel < channels; channel++) {
            if (values[channel].length != BYTES) {
                throw new IllegalArgumentException(
                        "channel " + channel + " has " + values[channel].length + " values, but a byte takes " + BYTES);
            }
            copy[channel] = values[channel].clone();
        }
        return new BytePacking(to, copy);
    }

    /**
     * With {@code fma(byte, scale, shift)}, rounded once.
     *
     * @param scale for every channel; likewise {@code shift}
     * @throws IllegalArgumentException if there is not one of each for every channel
     */
    public static BytePacking scaled(BlockedLayout to, float[] scale, float[] shift) {
        int channels = to.order().channels();
        if (scale.length != channels || shift.length != channels) {
            throw new IllegalArgumentException("there are " + scale.length + " scales and " + shift.length
                    + " shifts, but the layout has " + channels + " channels");
        }
        float[][] values = new float[channels][BYTES];
        for (int channel = 0; channel < channels; channel++) {
            for (int value = 0; value < BYTES; value++) {
                values[channel][value] = Math.fma(value, scale[channel], shift[channel]);
            }
        }
        return new BytePacking(to, values);
    }

    /** How many rows there are to be packed: those of all images. */
    public int rows() {
        return to.batch() * to.height();
    }

    /**
     * Packs the rows {@code rowFrom} to {@code rowTo - 1} of {@link #rows}.
     *
     * @param inBase where the batch begins in {@code in}; likewise {@code outBase}
     * @throws IllegalArgumentException if an array is too short or there are no such rows
     */
    public void run(byte[] in, int inBase, float[] out, int outBase, int rowFrom, int rowTo) {
        require(in.length, inBase, out.length, outBase, rowFrom, rowTo);
        for (int row = rowFrom; row < rowTo; row++) {
            pack(in, inBase + row * rowBytes(), out, outBase + target(row));
        }
    }

    /**
     * The same from a buffer, of which neither position nor limit is looked at or changed.
     *
     * @param inBase the index in the buffer where the batch begins
     */
    public void run(ByteBuffer in, int inBase, float[] out, int outBase, int rowFrom, int rowTo) {
        require(in.capacity(), inBase, out.length, outBase, rowFrom, rowTo);
        ByteBuffer whole = in.duplicate().clear();
        byte[] bytes = new byte[rowBytes()];
        for (int row = rowFrom; row < rowTo; row++) {
            whole.get(inBase + row * bytes.length, bytes, 0, bytes.length);
            pack(bytes, 0, out, outBase + target(row));
        }
    }

    private int rowBytes() {
        return to.width() * channels;
    }

    private int target(int row) {
        return row / to.height() * to.imagePitch() + row % to.height() * to.rowPitch();
    }

    private void pack(byte[] in, int from, float[] out, int to) {
        ChannelOrder order = this.to.order();
        for (int slot = 0; slot < slotStarts.length; slot++) {
            int channel = order.channel(slot);
            if (channel == ChannelOrder.EMPTY) {
                clear(out, to + slotStarts[slot]);
            } else {
                pack(in, from + channel, values[channel], out, to + slotStarts[slot]);
            }
        }
    }

    private void pack(byte[] in, int from, float[] table, float[] out, int to) {
        int width = this.to.width();
        int pixel = this.to.block();
        for (int column = 0; column < width; column++) {
            out[to + column * pixel] = table[in[from + column * channels] & 0xff];
        }
    }

    private void clear(float[] out, int to) {
        int pixel = this.to.block();
        for (int column = 0; column < this.to.width(); column++) {
            out[to + column * pixel] = 0;
        }
    }

    private void require(int inLength, int inBase, int outLength, int outBase, int rowFrom, int rowTo) {
        Side.interleaved(to).require("source", inLength, inBase, to.batch());
        Side.of(to).require("target", outLength, outBase, to.batch());
        if (rowFrom < 0 || rowTo > rows() || rowFrom > rowTo) {
            throw new IllegalArgumentException(
                    "rows " + rowFrom + " to " + rowTo + " are not among the " + rows() + " that there are");
        }
    }
}

package dev.lanewise.arrow.preprocess;

import org.apache.arrow.memory.ArrowBuf;

/**
 * Bytes in Arrow memory to a network's floats, in one pass that also takes the channels apart. A table per channel holds
 * the 256 possible values, {@code (pixel - 255 mean) / (255 std)} computed in double precision with {@code 255 std}
 * rounded to a float first, then rounded once: the same bits everywhere, and whole numbers for a std of 1/255.
 */
public final class Normalizer {

    private static final int CHUNK = 4096;

    private final int channels;
    private final float[][] tables;

    Normalizer(int channels, float[] mean, float[] std) {
        this.channels = channels;
        this.tables = new float[channels][256];
        for (int channel = 0; channel < channels; channel++) {
            double shift = 255.0 * mean[mean.length == 1 ? 0 : channel];
            float scale = (float) (255.0 * std[std.length == 1 ? 0 : channel]);
            for (int pixel = 0; pixel < 256; pixel++) {
                tables[channel][pixel] = (float) ((pixel - shift) / scale);
            }
        }
    }

    /**
     * Normalises one image.
     *
     * @param source holds the image as {@code [pixels][channels]} bytes from {@code offset} on
     * @param target takes {@code [channels][pixels]} from {@code start} on
     */
    public void apply(ArrowBuf source, long offset, int pixels, float[] target, int start) {
        byte[] chunk = new byte[Math.min(pixels, CHUNK) * channels];
        for (int done = 0; done < pixels; done += CHUNK) {
            int count = Math.min(CHUNK, pixels - done);
            source.getBytes(offset + (long) done * channels, chunk, 0, count * channels);
            for (int channel = 0; channel < channels; channel++) {
                float[] table = tables[channel];
                int to = start + channel * pixels + done;
                for (int i = 0, from = channel; i < count; i++, from += channels) {
                    target[to + i] = table[chunk[from] & 0xff];
                }
            }
        }
    }
}

package dev.lanewise.arrow.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * JPEG's colour spaces to RGB in libjpeg's and Pillow's integer arithmetic.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/jfif3.pdf">JFIF 1.02</a>
 */
final class JpegColours {

    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);

    private static final int CR_TO_RED = fixed(1.40200);
    private static final int CB_TO_BLUE = fixed(1.77200);
    private static final int CR_TO_GREEN = -fixed(0.71414);
    private static final int CB_TO_GREEN = -fixed(0.34414);

    /** As many pixels are converted at a time as stay in the processor's nearest cache. */
    private static final int BLOCK = 1024;

    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private JpegColours() {}

    private static int fixed(double value) {
        return (int) (value * (1 << BITS) + 0.5);
    }

    /** Converts the first three samples of every pixel in place. */
    static void yccToRgb(byte[] samples, int step) {
        // Three bytes a pixel are read as four: there is no fourth one after the last pixel.
        int last = samples.length - step;
        int[] pixels = new int[BLOCK];
        int[] red = new int[BLOCK];
        int[] green = new int[BLOCK];
        int[] blue = new int[BLOCK];
        for (int from = 0; from < last; from += BLOCK * step) {
            int count = Math.min(BLOCK, (last - from) / step);
            load(samples, from, step, pixels, count);
            convert(pixels, red, green, blue);
            store(pixels, count, samples, from, step);
        }
        int pixel = (samples[last] & 0xff) | (samples[last + 1] & 0xff) << 8 | (samples[last + 2] & 0xff) << 16;
        samples[last] = (byte) clipped(red(pixel));
        samples[last + 1] = (byte) clipped(green(pixel));
        samples[last + 2] = (byte) clipped(blue(pixel));
    }

    private static void load(byte[] samples, int from, int step, int[] pixels, int count) {
        for (int i = 0; i < count; i++) {
            pixels[i] = (int) FOUR_BYTES.get(samples, from + i * step);
        }
    }

    // Short loops over ints that lie side by side: of these the JVM makes vectors, not of all in one.

    private static void convert(int[] pixels, int[] red, int[] green, int[] blue) {
        for (int i = 0; i < BLOCK; i++) {
            red[i] = red(pixels[i]);
        }
        for (int i = 0; i < BLOCK; i++) {
            green[i] = green(pixels[i]);
        }
        for (int i = 0; i < BLOCK; i++) {
            blue[i] = blue(pixels[i]);
        }
        for (int i = 0; i < BLOCK; i++) {
            red[i] = clipped(red[i]);
        }
        for (int i = 0; i < BLOCK; i++) {
            green[i] = clipped(green[i]) << 8;
        }
        for (int i = 0; i < BLOCK; i++) {
            blue[i] = clipped(blue[i]) << 16;
        }
        for (int i = 0; i < BLOCK; i++) {
            pixels[i] = (pixels[i] & 0xff000000) | red[i] | green[i] | blue[i];
        }
    }

    /** In order of the pixels: the fourth byte, left as it was, is the next pixel's first. */
    private static void store(int[] pixels, int count, byte[] samples, int from, int step) {
        for (int i = 0; i < count; i++) {
            FOUR_BYTES.set(samples, from + i * step, pixels[i]);
        }
    }

    private static int red(int pixel) {
        return (pixel & 0xff) + ((CR_TO_RED * ((pixel >>> 16 & 0xff) - 128) + HALF) >> BITS);
    }

    private static int green(int pixel) {
        int sum = CB_TO_GREEN * ((pixel >>> 8 & 0xff) - 128) + CR_TO_GREEN * ((pixel >>> 16 & 0xff) - 128);
        return (pixel & 0xff) + ((sum + HALF) >> BITS);
    }

    private static int blue(int pixel) {
        return (pixel & 0xff) + ((CB_TO_BLUE * ((pixel >>> 8 & 0xff) - 128) + HALF) >> BITS);
    }

    /** To 0 to 255, for values of less than 24 bits: min and max make no vectors on Java 17. */
    private static int clipped(int value) {
        return (value | (255 - value) >> 31) & ~(value >> 31) & 0xff;
    }

    /**
     * @param ycck whether the first three samples are YCbCr, of which the RGB values are the complements of CMY
     * @param inverted whether 255 stands for no ink, as Adobe writes it
     */
    static byte[] cmykToRgb(byte[] samples, boolean ycck, boolean inverted) {
        if (ycck) {
            yccToRgb(samples, 4);
        }
        byte[] rgb = new byte[samples.length / 4 * 3];
        for (int i = 0, out = 0; i < samples.length; i += 4) {
            int k = samples[i + 3] & 0xff;
            int light = inverted ? k : 255 - k;
            for (int channel = 0; channel < 3; channel++) {
                int sample = samples[i + channel] & 0xff;
                int stored = ycck ? 255 - sample : sample;
                int ink = inverted ? 255 - stored : stored;
                rgb[out++] = (byte) clipped(light - timesOver255(ink, light));
            }
        }
        return rgb;
    }

    private static int timesOver255(int a, int b) {
        int product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }
}

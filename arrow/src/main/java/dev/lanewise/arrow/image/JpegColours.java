package dev.lanewise.arrow.image;

/**
 * JPEG's colour spaces to RGB in libjpeg's and Pillow's integer arithmetic.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/jfif3.pdf">JFIF 1.02</a>
 */
final class JpegColours {

    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);

    private static final int[] CR_TO_RED = new int[256];
    private static final int[] CB_TO_BLUE = new int[256];
    private static final int[] CR_TO_GREEN = new int[256];
    private static final int[] CB_TO_GREEN = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int chroma = i - 128;
            CR_TO_RED[i] = (fixed(1.40200) * chroma + HALF) >> BITS;
            CB_TO_BLUE[i] = (fixed(1.77200) * chroma + HALF) >> BITS;
            CR_TO_GREEN[i] = -fixed(0.71414) * chroma;
            CB_TO_GREEN[i] = -fixed(0.34414) * chroma + HALF;
        }
    }

    private JpegColours() {}

    private static int fixed(double value) {
        return (int) (value * (1 << BITS) + 0.5);
    }

    /** Converts the first three samples of every pixel in place. */
    static void yccToRgb(byte[] samples, int step) {
        for (int i = 0; i < samples.length; i += step) {
            int y = samples[i] & 0xff;
            int cb = samples[i + 1] & 0xff;
            int cr = samples[i + 2] & 0xff;
            samples[i] = clip(y + CR_TO_RED[cr]);
            samples[i + 1] = clip(y + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> BITS));
            samples[i + 2] = clip(y + CB_TO_BLUE[cb]);
        }
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
                rgb[out++] = clip(light - timesOver255(ink, light));
            }
        }
        return rgb;
    }

    private static int timesOver255(int a, int b) {
        int product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}

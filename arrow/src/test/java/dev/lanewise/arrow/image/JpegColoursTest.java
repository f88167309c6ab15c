package dev.lanewise.arrow.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegColoursTest {

    /** More pixels than are converted at a time, and a rest. */
    private static final int PIXELS = 256 * 256 + 7;

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void convertsEveryChromaAsLibjpegDefinesIt(int step) {
        byte[] samples = new byte[PIXELS * step];
        for (int i = 0; i < PIXELS; i++) {
            samples[i * step] = (byte) (i * 31);
            samples[i * step + 1] = (byte) i;
            samples[i * step + 2] = (byte) (i >> 8);
            if (step == 4) {
                samples[i * step + 3] = (byte) (i * 7);
            }
        }

        JpegColours.yccToRgb(samples, step);

        for (int i = 0; i < PIXELS; i++) {
            int y = i * 31 & 0xff;
            int cb = (i & 0xff) - 128;
            int cr = (i >> 8 & 0xff) - 128;
            String pixel = "y, cb, cr: " + y + ", " + cb + ", " + cr;
            assertEquals(clip(y + ((91881 * cr + 32768) >> 16)), samples[i * step] & 0xff, pixel);
            assertEquals(clip(y + ((-22554 * cb - 46802 * cr + 32768) >> 16)), samples[i * step + 1] & 0xff, pixel);
            assertEquals(clip(y + ((116130 * cb + 32768) >> 16)), samples[i * step + 2] & 0xff, pixel);
            if (step == 4) {
                assertEquals((byte) (i * 7), samples[i * step + 3], "the fourth sample stays");
            }
        }
    }

    @Test
    void convertsASinglePixel() {
        byte[] samples = {(byte) 128, (byte) 128, (byte) 128};

        JpegColours.yccToRgb(samples, 3);

        assertEquals(128, samples[0] & 0xff);
        assertEquals(128, samples[1] & 0xff);
        assertEquals(128, samples[2] & 0xff);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}

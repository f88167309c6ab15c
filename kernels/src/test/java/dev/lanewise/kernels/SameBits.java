package dev.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/** Equality of floats bit by bit; only the payloads of NaN are free. */
public final class SameBits {

    private SameBits() {}

    public static boolean of(float expected, float actual) {
        return Float.floatToIntBits(expected) == Float.floatToIntBits(actual);
    }

    /** @param what names the case, its seed included */
    public static void assertSame(float[] expected, float[] actual, String what) {
        assertEquals(expected.length, actual.length, what + ": elements");
        for (int i = 0; i < expected.length; i++) {
            if (!of(expected[i], actual[i])) {
                fail(what + ": element " + i + " is " + actual[i] + " ("
                        + Float.toHexString(actual[i]) + "), not " + expected[i] + " ("
                        + Float.toHexString(expected[i]) + ")");
            }
        }
    }
}

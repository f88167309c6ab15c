package dev.lanewise.kernels;

import java.util.SplittableRandom;

/** Floats that find out whether code treats zeros, NaN, infinities and subnormal numbers alike. */
public final class SpecialFloats {

    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.NaN,
        -Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        0x1.fffffep-127f,
        -0x1.fffffep-127f,
        1f,
        -1f
    };

    private SpecialFloats() {}

    /** Every special value, then so many random ones of all magnitudes. */
    public static float[] all(int random, long seed) {
        float[] values = new float[SPECIAL.length + random];
        System.arraycopy(SPECIAL, 0, values, 0, SPECIAL.length);
        SplittableRandom generator = new SplittableRandom(seed);
        for (int i = SPECIAL.length; i < values.length; i++) {
            values[i] = switch (i % 4) {
                case 0 -> Float.intBitsToFloat(generator.nextInt());
                case 1 -> (float) generator.nextDouble(-110, 110);
                case 2 -> (float) generator.nextDouble(-8, 8);
                default -> (float) generator.nextDouble(-1, 1);
            };
        }
        return values;
    }

    /** Fills an array with numbers of [-4, 4), one in sixteen of them special. */
    public static void fill(float[] data, SplittableRandom random) {
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextInt(16) == 0
                    ? SPECIAL[random.nextInt(SPECIAL.length)]
                    : (float) random.nextDouble(-4, 4);
        }
    }
}

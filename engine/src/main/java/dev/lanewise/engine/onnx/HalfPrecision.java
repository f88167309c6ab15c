package dev.lanewise.engine.onnx;

/**
 * The bit patterns of the two 16-bit floating-point types; a value rounds to the nearest, ties to even.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Half-precision_floating-point_format">IEEE 754 binary16</a>
 */
final class HalfPrecision {

    private HalfPrecision() {}

    static float fromFloat16(int bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
        }
        if (exponent == 0) {
            // Subnormal: fraction * 2^-24, exact in a float.
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }

    static float fromBfloat16(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static short toFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 0x477ff000) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x38800000) {
            // Below 2^-14: count in steps of 2^-24; rint rounds ties to even, and 1024 steps carry into the exponent.
            return (short) (sign | (int) StrictMath.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int roundedToEven = magnitude + 0xfff + ((magnitude >> 13) & 1);
        return (short) (sign | (roundedToEven - 0x38000000) >> 13);
    }

    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >>> 16);
    }
}

package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.math.BigInteger;

/**
 * Conversions between element types. Rounding is to nearest, ties to even, once; fractions are cut off on the way to an
 * integer; an integer too wide for an integer type loses its highest bits, while a float too large for one saturates
 * (and NaN gives 0), which ONNX leaves open; every number but 0 is true.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Cast.html">ONNX Cast</a>
 */
public final class ReferenceCast {

    private ReferenceCast() {}

    public static Tensor cast(Tensor x, ElementType to) {
        if (x.elementType() == to) {
            return x;
        }
        return switch (to.storage()) {
            case FLOAT -> toFloat(x, to);
            case DOUBLE -> toDouble(x);
            case LONG -> toLong(x, to);
        };
    }

    /** Rounds to the nearest FLOAT16, ties to even; beyond its range to infinity. */
    public static float roundToFloat16(double value) {
        double rounded = round(value, 11, -14);
        return Math.abs(rounded) > 65504 ? (float) Math.copySign(Double.POSITIVE_INFINITY, value) : (float) rounded;
    }

    /** Rounds to the nearest BFLOAT16, ties to even; beyond its range to infinity. */
    public static float roundToBfloat16(double value) {
        // What lies beyond the range of BFLOAT16 after rounding lies beyond that of float too.
        return (float) round(value, 8, -126);
    }

    /** Rounds to a float type. */
    public static float round(double value, ElementType type) {
        return switch (type) {
            case FLOAT16 -> roundToFloat16(value);
            case BFLOAT16 -> roundToBfloat16(value);
            default -> (float) value;
        };
    }

    /** Rounds freshly computed elements in place to the type that they are to have. */
    static FloatTensor rounded(ElementType type, Shape shape, float[] data) {
        if (type != ElementType.FLOAT32) {
            for (int i = 0; i < data.length; i++) {
                data[i] = round(data[i], type);
            }
        }
        return new FloatTensor(type, shape, data);
    }

    /** Wraps freshly computed elements in place into the range of the type that they are to have. */
    static LongTensor wrapped(ElementType type, Shape shape, long[] data) {
        for (int i = 0; i < data.length; i++) {
            data[i] = type.wrap(data[i]);
        }
        return new LongTensor(type, shape, data);
    }

    /** A long of a type as a double; one of UINT64 above 2^63 as its unsigned value. */
    static double toDouble(long value, ElementType type) {
        return value < 0 && type == ElementType.UINT64 ? unsigned(value).doubleValue() : (double) value;
    }

    /** Cuts the fraction off and saturates; NaN gives 0. */
    static long toLong(double value, ElementType type) {
        if (type == ElementType.BOOL) {
            return value != 0 ? 1 : 0;
        }
        if (type == ElementType.UINT64) {
            // (long) saturates, so that what is beyond 2^64 ends as all ones.
            return !(value >= 0x1p63) ? (long) Math.max(0, value) : (long) (value - 0x1p63) ^ Long.MIN_VALUE;
        }
        return Math.max(minimum(type), Math.min(maximum(type), (long) value));
    }

    /** The smallest value of an integer type. */
    static long minimum(ElementType type) {
        return type.isUnsigned() ? 0 : -1L << (type.bits() - 1);
    }

    /** The largest value of an integer type other than UINT64. */
    static long maximum(ElementType type) {
        return (1L << (type.isUnsigned() ? type.bits() : type.bits() - 1)) - 1;
    }

    private static FloatTensor toFloat(Tensor x, ElementType to) {
        float[] result = new float[x.shape().size()];
        for (int i = 0; i < result.length; i++) {
            if (x instanceof LongTensor integers && to == ElementType.FLOAT32) {
                long value = integers.data()[i];
                boolean high = value < 0 && x.elementType() == ElementType.UINT64;
                result[i] = high ? unsigned(value).floatValue() : (float) value;
            } else {
                // An integer beyond 2^53 is beyond FLOAT16, and BFLOAT16 is the only type to round twice.
                double value = x instanceof LongTensor integers
                        ? toDouble(integers.data()[i], x.elementType())
                        : x.doubleAt(i);
                result[i] = round(value, to);
            }
        }
        return new FloatTensor(to, x.shape(), result);
    }

    private static DoubleTensor toDouble(Tensor x) {
        double[] result = new double[x.shape().size()];
        for (int i = 0; i < result.length; i++) {
            result[i] =
                    x instanceof LongTensor integers ? toDouble(integers.data()[i], x.elementType()) : x.doubleAt(i);
        }
        return DoubleTensor.of(x.shape(), result);
    }

    private static LongTensor toLong(Tensor x, ElementType to) {
        long[] result = new long[x.shape().size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = x instanceof LongTensor integers ? to.wrap(integers.data()[i]) : toLong(x.doubleAt(i), to);
        }
        return new LongTensor(to, x.shape(), result);
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    /** Rounds to a number of significant bits, fewer of them below the smallest normal exponent. */
    private static double round(double value, int significantBits, int minExponent) {
        if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            return value;
        }
        int lowestBit = Math.max(Math.getExponent(value), minExponent) - significantBits + 1;
        // Both scalings are by powers of two, hence exact.
        return Math.scalb(Math.rint(Math.scalb(value, -lowestBit)), lowestBit);
    }
}

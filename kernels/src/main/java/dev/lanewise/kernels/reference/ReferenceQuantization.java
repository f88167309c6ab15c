package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Linear quantisation and back. Scale and zero point are one for the whole tensor, one for every index of an axis, or one
 * for every block of an axis.
 */
public final class ReferenceQuantization {

    private ReferenceQuantization() {}

    /**
     * {@code saturate(round(x / scale) + zeroPoint)}, rounding ties to even.
     *
     * @param zeroPoint 0 if null
     * @param blockSize elements of the axis that share a parameter; 0 if parameters are not blocked
     * @see <a href="https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html">ONNX QuantizeLinear</a>
     */
    public static LongTensor quantize(
            Tensor x, Tensor scale, @Nullable Tensor zeroPoint, ElementType to, int axis, int blockSize) {
        requireIntegers("QuantizeLinear", to);
        requireSameShape(scale, zeroPoint);
        Parameters parameters = Parameters.of(x.shape(), scale.shape(), axis, blockSize);
        long[] y = new long[x.shape().size()];
        long lowest = ReferenceCast.minimum(to);
        long highest = ReferenceCast.maximum(to);
        for (int i = 0; i < y.length; i++) {
            int p = parameters.index(i);
            // The quotient is rounded to float before it is rounded to an integer, as ONNX computes in x's type.
            double quotient = (float) x.doubleAt(i) / (float) scale.doubleAt(p);
            // Clamped beforehand, so that the addition cannot overflow.
            long rounded = (long) Math.max(-0x1p40, Math.min(0x1p40, Math.rint(quotient)));
            long shifted = rounded + (zeroPoint == null ? 0 : zeroPoint.longAt(p));
            y[i] = Math.max(lowest, Math.min(highest, shifted));
        }
        return new LongTensor(to, x.shape(), y);
    }

    /**
     * {@code (x - zeroPoint) * scale}, in the scale's type.
     *
     * @param zeroPoint 0 if null
     * @param blockSize elements of the axis that share a parameter; 0 if parameters are not blocked
     * @see <a href="https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html">ONNX DequantizeLinear</a>
     */
    public static FloatTensor dequantize(Tensor x, Tensor scale, @Nullable Tensor zeroPoint, int axis, int blockSize) {
        requireIntegers("DequantizeLinear", x.elementType());
        requireSameShape(scale, zeroPoint);
        Parameters parameters = Parameters.of(x.shape(), scale.shape(), axis, blockSize);
        float[] y = new float[x.shape().size()];
        for (int i = 0; i < y.length; i++) {
            int p = parameters.index(i);
            long shifted = x.longAt(i) - (zeroPoint == null ? 0 : zeroPoint.longAt(p));
            y[i] = (float) shifted * (float) scale.doubleAt(p);
        }
        return ReferenceCast.rounded(scale.elementType(), x.shape(), y);
    }

    /** Which parameter an element uses: {@code [outer, dimension, inner]} elements, {@code blocks} along the dimension. */
    private record Parameters(int dimension, int inner, int blocks, int blockSize) {

        static Parameters of(Shape x, Shape scale, int axis, int blockSize) {
            if (scale.size() == 1 && blockSize == 0) {
                return new Parameters(1, 1, 1, 0);
            }
            int resolved = Shape.axis(axis, x.rank());
            int dimension = x.dim(resolved);
            int inner = x.sizeOf(resolved + 1, x.rank());
            if (blockSize == 0) {
                if (scale.rank() != 1 || scale.dim(0) != dimension) {
                    throw new IllegalArgumentException(
                            "scales of shape " + scale + " do not fit axis " + resolved + " of shape " + x);
                }
                return new Parameters(dimension, inner, dimension, 0);
            }
            int blocks = (dimension + blockSize - 1) / blockSize;
            if (scale.rank() != x.rank() || !scale.equals(x.with(resolved, blocks))) {
                throw new IllegalArgumentException("scales of shape " + scale + " do not fit blocks of " + blockSize
                        + " along axis " + resolved + " of shape " + x);
            }
            return new Parameters(dimension, inner, blocks, blockSize);
        }

        int index(int element) {
            if (blocks == 1 && blockSize == 0) {
                return 0;
            }
            int along = element / inner % dimension;
            if (blockSize == 0) {
                return along;
            }
            return (element / inner / dimension * blocks + along / blockSize) * inner + element % inner;
        }
    }

    private static void requireIntegers(String operator, ElementType type) {
        if (!type.isInteger() || type.bits() > 32) {
            throw new IllegalArgumentException(operator + " is not defined for " + type);
        }
    }

    private static void requireSameShape(Tensor scale, @Nullable Tensor zeroPoint) {
        if (zeroPoint != null && zeroPoint.shape().size() != scale.shape().size()) {
            throw new IllegalArgumentException(
                    "scale has shape " + scale.shape() + ", but the zero point has " + zeroPoint.shape());
        }
    }
}

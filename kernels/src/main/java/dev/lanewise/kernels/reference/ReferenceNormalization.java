package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;

/** Normalisations and softmax, of float types. */
public final class ReferenceNormalization {

    private ReferenceNormalization() {}

    /**
     * Batch normalisation with given statistics: {@code y = fma(x, a, b)} per channel, with {@code a = scale / sqrt(variance
     * + epsilon)} and {@code b = bias - mean * a}, each computed in double and rounded once. So does a compiler that folds
     * it into a convolution.
     *
     * @param x {@code [N, C, ...]}
     * @param scale {@code [C]}, as are the other parameters; or one for every element of an image
     * @see <a href="https://onnx.ai/onnx/operators/onnx__BatchNormalization.html">ONNX BatchNormalization</a>
     */
    public static Tensor batchNormalization(
            Tensor x, Tensor scale, Tensor bias, Tensor mean, Tensor variance, float epsilon) {
        int parameters = scale.shape().size();
        requireParameters(x.shape(), parameters, bias, mean, variance);
        int perImage = x.shape().sizeOf(1, x.shape().rank());
        int perParameter = parameters == 0 ? 0 : perImage / parameters;
        double[] factors = new double[parameters];
        double[] offsets = new double[parameters];
        boolean wide = x instanceof DoubleTensor;
        for (int c = 0; c < parameters; c++) {
            double factor = scale.doubleAt(c) / Math.sqrt(variance.doubleAt(c) + epsilon);
            factors[c] = wide ? factor : (float) factor;
            offsets[c] = bias.doubleAt(c) - mean.doubleAt(c) * factors[c];
        }
        if (x instanceof FloatTensor floats) {
            float[] y = new float[x.shape().size()];
            for (int from = 0; from < y.length; from += perParameter) {
                int c = from / perParameter % parameters;
                float a = (float) factors[c];
                float b = (float) offsets[c];
                for (int i = from; i < from + perParameter; i++) {
                    y[i] = Math.fma(floats.data()[i], a, b);
                }
            }
            return ReferenceCast.rounded(x.elementType(), x.shape(), y);
        }
        double[] y = new double[x.shape().size()];
        for (int i = 0; i < y.length; i++) {
            int c = i / perParameter % parameters;
            y[i] = Math.fma(x.doubleAt(i), factors[c], offsets[c]);
        }
        return DoubleTensor.of(x.shape(), y);
    }

    /**
     * Normalises every channel of every image by its own mean and variance: {@code y = fma(x - mean, scale / sqrt(variance
     * + epsilon), bias)}, the two statistics summed as {@link PartialSums} says.
     *
     * @param x {@code [N, C, ...]}
     * @see <a href="https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html">ONNX InstanceNormalization</a>
     */
    public static Tensor instanceNormalization(Tensor x, Tensor scale, Tensor bias, float epsilon) {
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("input of shape " + x.shape() + " has no batch and channels");
        }
        int channels = x.shape().dim(1);
        if (scale.shape().size() != channels || bias.shape().size() != channels) {
            throw new IllegalArgumentException("input of shape " + x.shape() + " has " + channels
                    + " channels, but scale has shape " + scale.shape() + " and bias " + bias.shape());
        }
        int pixels = x.shape().sizeOf(2, x.shape().rank());
        if (x instanceof FloatTensor floats) {
            float[] data = floats.data();
            float[] y = new float[data.length];
            for (int from = 0; from < y.length; from += pixels) {
                int c = from / pixels % channels;
                float mean = PartialSums.sum(data, from, pixels) / pixels;
                float variance = PartialSums.sumOfSquares(data, from, pixels, mean) / pixels;
                float factor = (float) (scale.doubleAt(c) / Math.sqrt((double) variance + epsilon));
                float offset = (float) bias.doubleAt(c);
                for (int i = from; i < from + pixels; i++) {
                    y[i] = Math.fma(data[i] - mean, factor, offset);
                }
            }
            return ReferenceCast.rounded(x.elementType(), x.shape(), y);
        }
        double[] data = requireDouble("InstanceNormalization", x).data();
        double[] y = new double[data.length];
        for (int from = 0; from < y.length; from += pixels) {
            int c = from / pixels % channels;
            double mean = PartialSums.sum(data, from, pixels) / pixels;
            double variance = PartialSums.sumOfSquares(data, from, pixels, mean) / pixels;
            double factor = scale.doubleAt(c) / Math.sqrt(variance + epsilon);
            for (int i = from; i < from + pixels; i++) {
                y[i] = Math.fma(data[i] - mean, factor, bias.doubleAt(c));
            }
        }
        return DoubleTensor.of(x.shape(), y);
    }

    /**
     * Local response normalisation over {@code size} neighbouring channels: {@code y = x / (bias + alpha / size * s)^beta}
     * where {@code s} is the sum of their squares, one fma per channel, ascending.
     *
     * @param x {@code [N, C, ...]}
     * @see <a href="https://onnx.ai/onnx/operators/onnx__LRN.html">ONNX LRN</a>
     */
    public static Tensor localResponseNormalization(Tensor x, int size, float alpha, float beta, float bias) {
        int channels = x.shape().dim(1);
        int pixels = x.shape().sizeOf(2, x.shape().rank());
        float[] data = requireFloat("LRN", x).data();
        float[] y = new float[data.length];
        float[] squares = new float[pixels];
        for (int from = 0; from < y.length; from += pixels) {
            int channel = from / pixels % channels;
            int first = Math.max(0, channel - (size - 1) / 2);
            int last = Math.min(channels - 1, channel + size / 2);
            Arrays.fill(squares, 0);
            for (int neighbour = first; neighbour <= last; neighbour++) {
                int start = from + (neighbour - channel) * pixels;
                for (int i = 0; i < pixels; i++) {
                    squares[i] = Math.fma(data[start + i], data[start + i], squares[i]);
                }
            }
            for (int i = 0; i < pixels; i++) {
                float base = Math.fma(alpha / size, squares[i], bias);
                y[from + i] = data[from + i] / ReferenceMath.powOfNormalization(base, beta);
            }
        }
        return ReferenceCast.rounded(x.elementType(), x.shape(), y);
    }

    /**
     * Softmax, or its logarithm: the maximum is subtracted, the exponentials are summed as {@link PartialSums} says, and
     * each is divided by the sum (the logarithm: the sum's logarithm subtracted).
     *
     * @param toEnd whether the elements of all axes from {@code axis} on are normalised together, not of {@code axis} alone
     * @see <a href="https://onnx.ai/onnx/operators/onnx__Softmax.html">ONNX Softmax</a>
     */
    public static Tensor softmax(Tensor x, int axis, boolean toEnd, boolean logarithm) {
        int rank = x.shape().rank();
        boolean[] axes = new boolean[rank];
        Arrays.fill(axes, axis, toEnd ? rank : axis + 1, true);
        int[] starts = Offsets.along(x.shape(), Offsets.complement(axes));
        int[] offsets = Offsets.along(x.shape(), axes);
        if (x instanceof FloatTensor floats) {
            float[] y = new float[floats.data().length];
            for (int start : starts) {
                float[] row = Offsets.gather(floats.data(), start, offsets);
                softmax(row, logarithm);
                for (int i = 0; i < row.length; i++) {
                    y[start + offsets[i]] = row[i];
                }
            }
            return ReferenceCast.rounded(x.elementType(), x.shape(), y);
        }
        double[] data = requireDouble("Softmax", x).data();
        double[] y = new double[data.length];
        for (int start : starts) {
            double[] row = Offsets.gather(data, start, offsets);
            softmax(row, logarithm);
            for (int i = 0; i < row.length; i++) {
                y[start + offsets[i]] = row[i];
            }
        }
        return DoubleTensor.of(x.shape(), y);
    }

    private static void softmax(float[] row, boolean logarithm) {
        float max = ReferenceReduction.max(row);
        float[] exponentials = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            row[i] -= max;
            exponentials[i] = ReferenceMath.exp(row[i]);
        }
        float sum = PartialSums.sum(exponentials, 0, row.length);
        float logSum = logarithm ? ReferenceMath.log(sum) : 0;
        for (int i = 0; i < row.length; i++) {
            row[i] = logarithm ? row[i] - logSum : exponentials[i] / sum;
        }
    }

    private static void softmax(double[] row, boolean logarithm) {
        double max = ReferenceReduction.max(row);
        double[] exponentials = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            row[i] -= max;
            exponentials[i] = StrictMath.exp(row[i]);
        }
        double sum = PartialSums.sum(exponentials, 0, row.length);
        double logSum = logarithm ? StrictMath.log(sum) : 0;
        for (int i = 0; i < row.length; i++) {
            row[i] = logarithm ? row[i] - logSum : exponentials[i] / sum;
        }
    }

    private static void requireParameters(Shape x, int parameters, Tensor... others) {
        int channels = x.rank() < 2 ? 1 : x.dim(1);
        if (x.rank() < 1 || (parameters != channels && parameters != x.sizeOf(1, x.rank()))) {
            throw new IllegalArgumentException(
                    "input of shape " + x + " has " + channels + " channels, but there are " + parameters + " scales");
        }
        for (Tensor other : others) {
            if (other.shape().size() != parameters) {
                throw new IllegalArgumentException(
                        "a parameter has shape " + other.shape() + ", but there are " + parameters + " scales");
            }
        }
    }

    private static FloatTensor requireFloat(String operator, Tensor x) {
        if (x instanceof FloatTensor floats) {
            return floats;
        }
        throw new IllegalArgumentException(operator + " is not defined for " + x.elementType());
    }

    private static DoubleTensor requireDouble(String operator, Tensor x) {
        if (x instanceof DoubleTensor doubles) {
            return doubles;
        }
        throw new IllegalArgumentException(operator + " is not defined for " + x.elementType());
    }
}

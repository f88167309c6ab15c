package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;

/** Axes reduced to one value; sums run in the order of {@link PartialSums}, products one after another. */
public final class ReferenceReduction {

    private ReferenceReduction() {}

    /**
     * Reduces the marked axes. A reduction over no elements gives what its operation starts from: 0 for sums, 1 for the
     * product, the type's smallest value (minus infinity) for the maximum, NaN for a mean of floats.
     *
     * @param reduced for every axis, whether it is reduced
     * @param keepDims whether a reduced axis stays, with dimension 1
     */
    public static Tensor reduce(Reduction reduction, Tensor x, boolean[] reduced, boolean keepDims) {
        int[] starts = Offsets.along(x.shape(), Offsets.complement(reduced));
        int[] offsets = Offsets.along(x.shape(), reduced);
        Shape shape = reducedShape(x.shape(), reduced, keepDims);
        if (x instanceof FloatTensor floats) {
            float[] result = new float[starts.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = reduce(reduction, Offsets.gather(floats.data(), starts[i], offsets));
            }
            return ReferenceCast.rounded(x.elementType(), shape, result);
        }
        if (x instanceof DoubleTensor doubles) {
            double[] result = new double[starts.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = reduce(reduction, Offsets.gather(doubles.data(), starts[i], offsets));
            }
            return DoubleTensor.of(shape, result);
        }
        long[] data = ((LongTensor) x).data();
        long[] result = new long[starts.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = reduce(reduction, Offsets.gather(data, starts[i], offsets), x.elementType());
        }
        return ReferenceCast.wrapped(x.elementType(), shape, result);
    }

    /**
     * The index of the largest (or smallest) element along an axis, as INT64.
     *
     * @param last among equal elements, whether the last one counts, not the first
     * @throws IllegalArgumentException if the axis has no elements
     */
    public static LongTensor indexOfExtreme(Tensor x, int axis, boolean largest, boolean last, boolean keepDims) {
        if (x.shape().dim(axis) == 0) {
            throw new IllegalArgumentException("axis " + axis + " of shape " + x.shape() + " has no elements");
        }
        boolean[] reduced = new boolean[x.shape().rank()];
        reduced[axis] = true;
        int[] starts = Offsets.along(x.shape(), Offsets.complement(reduced));
        int[] offsets = Offsets.along(x.shape(), reduced);
        long[] result = new long[starts.length];
        for (int i = 0; i < result.length; i++) {
            int best = 0;
            for (int candidate = 1; candidate < offsets.length; candidate++) {
                int order = compare(x, starts[i] + offsets[candidate], starts[i] + offsets[best]);
                if (order == 0 ? last : order > 0 == largest) {
                    best = candidate;
                }
            }
            result[i] = best;
        }
        return LongTensor.of(reducedShape(x.shape(), reduced, keepDims), result);
    }

    private static int compare(Tensor x, int first, int second) {
        if (x instanceof LongTensor integers) {
            long a = integers.data()[first];
            long b = integers.data()[second];
            return x.elementType() == ElementType.UINT64 ? Long.compareUnsigned(a, b) : Long.compare(a, b);
        }
        double a = x.doubleAt(first);
        double b = x.doubleAt(second);
        // Unlike Double.compare, this takes -0 and 0 for equal.
        return a == b ? 0 : Double.compare(a, b);
    }

    private static Shape reducedShape(Shape shape, boolean[] reduced, boolean keepDims) {
        int[] dimensions = new int[shape.rank()];
        int rank = 0;
        for (int axis = 0; axis < dimensions.length; axis++) {
            if (!reduced[axis]) {
                dimensions[rank++] = shape.dim(axis);
            } else if (keepDims) {
                dimensions[rank++] = 1;
            }
        }
        return Shape.of(Arrays.copyOf(dimensions, rank));
    }

    private static float reduce(Reduction reduction, float[] row) {
        return switch (reduction) {
            case L1 -> PartialSums.sumOfAbsolutes(row, 0, row.length);
            case L2 -> (float) Math.sqrt(PartialSums.sumOfSquares(row, 0, row.length, 0));
            case LOG_SUM -> ReferenceMath.log(PartialSums.sum(row, 0, row.length));
            case LOG_SUM_EXP -> logSumExp(row);
            case MAX -> max(row);
            case MEAN -> PartialSums.sum(row, 0, row.length) / row.length;
            case MIN -> {
                float min = Float.POSITIVE_INFINITY;
                for (float value : row) {
                    min = Math.min(min, value);
                }
                yield min;
            }
            case PROD -> {
                float product = 1;
                for (float value : row) {
                    product *= value;
                }
                yield product;
            }
            case SUM -> PartialSums.sum(row, 0, row.length);
            case SUM_SQUARE -> PartialSums.sumOfSquares(row, 0, row.length, 0);
        };
    }

    private static double reduce(Reduction reduction, double[] row) {
        return switch (reduction) {
            case L1 -> {
                double[] magnitudes = new double[row.length];
                for (int i = 0; i < row.length; i++) {
                    magnitudes[i] = Math.abs(row[i]);
                }
                yield PartialSums.sum(magnitudes, 0, row.length);
            }
            case L2 -> Math.sqrt(PartialSums.sumOfSquares(row, 0, row.length, 0));
            case LOG_SUM -> StrictMath.log(PartialSums.sum(row, 0, row.length));
            case LOG_SUM_EXP -> logSumExp(row);
            case MAX -> max(row);
            case MEAN -> PartialSums.sum(row, 0, row.length) / row.length;
            case MIN -> {
                double min = Double.POSITIVE_INFINITY;
                for (double value : row) {
                    min = Math.min(min, value);
                }
                yield min;
            }
            case PROD -> {
                double product = 1;
                for (double value : row) {
                    product *= value;
                }
                yield product;
            }
            case SUM -> PartialSums.sum(row, 0, row.length);
            case SUM_SQUARE -> PartialSums.sumOfSquares(row, 0, row.length, 0);
        };
    }

    private static long reduce(Reduction reduction, long[] row, ElementType type) {
        long sum = 0;
        long magnitudes = 0;
        long squares = 0;
        long product = 1;
        for (long value : row) {
            sum += value;
            magnitudes += type == ElementType.UINT64 ? value : Math.abs(value);
            squares += value * value;
            product *= value;
        }
        return switch (reduction) {
            case L1 -> magnitudes;
            case L2 -> ReferenceCast.toLong(Math.sqrt(ReferenceCast.toDouble(squares, type)), type);
            case LOG_SUM -> ReferenceCast.toLong(StrictMath.log(ReferenceCast.toDouble(sum, type)), type);
            case LOG_SUM_EXP -> {
                double[] doubles = new double[row.length];
                for (int i = 0; i < row.length; i++) {
                    doubles[i] = ReferenceCast.toDouble(row[i], type);
                }
                yield ReferenceCast.toLong(logSumExp(doubles), type);
            }
            case MAX, MIN -> extreme(reduction == Reduction.MAX, row, type);
            case MEAN -> mean(sum, row.length, type);
            case PROD -> product;
            case SUM -> sum;
            case SUM_SQUARE -> squares;
        };
    }

    private static long mean(long sum, int count, ElementType type) {
        if (count == 0) {
            throw new IllegalArgumentException("the mean of no elements of " + type + " is not defined");
        }
        return type == ElementType.UINT64 ? Long.divideUnsigned(sum, count) : sum / count;
    }

    private static long extreme(boolean largest, long[] row, ElementType type) {
        // Flipping the highest bit lets a signed comparison order unsigned numbers.
        long flip = type == ElementType.UINT64 ? Long.MIN_VALUE : 0;
        long lowest = type == ElementType.BOOL ? 0 : ReferenceCast.minimum(type);
        long highest = type == ElementType.BOOL ? 1 : type == ElementType.UINT64 ? -1 : ReferenceCast.maximum(type);
        long best = (largest ? lowest : highest) ^ flip;
        for (long value : row) {
            best = largest ? Math.max(best, value ^ flip) : Math.min(best, value ^ flip);
        }
        return best ^ flip;
    }

    static float max(float[] row) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : row) {
            max = Math.max(max, value);
        }
        return max;
    }

    static double max(double[] row) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : row) {
            max = Math.max(max, value);
        }
        return max;
    }

    private static float logSumExp(float[] row) {
        float max = max(row);
        if (Float.isInfinite(max)) {
            return max;
        }
        float[] exponentials = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            exponentials[i] = ReferenceMath.exp(row[i] - max);
        }
        return max + ReferenceMath.log(PartialSums.sum(exponentials, 0, row.length));
    }

    private static double logSumExp(double[] row) {
        double max = max(row);
        if (Double.isInfinite(max)) {
            return max;
        }
        double[] exponentials = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            exponentials[i] = StrictMath.exp(row[i] - max);
        }
        return max + StrictMath.log(PartialSums.sum(exponentials, 0, row.length));
    }
}

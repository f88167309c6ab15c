package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images scaled by interpolation. Inputs: the tensor, the region of interest (only for cropping), scales or sizes.
 *
 * @param axes the axes that scales and sizes speak of; empty for all
 * @param extrapolation the value outside the image, when cropping
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Resize.html">ONNX Resize</a>
 */
public record Resize(ReferenceResize.Method method, List<Integer> axes, AspectRatio aspectRatio, float extrapolation)
        implements WindowOperator {

    /** How sizes are met. */
    public enum AspectRatio {
        /** Exactly, each axis with its own scale. */
        STRETCH,
        /** One scale for all axes, so that no axis becomes larger than its size. */
        NOT_LARGER,
        /** One scale for all axes, so that no axis becomes smaller than its size. */
        NOT_SMALLER
    }

    public Resize {
        axes = List.copyOf(axes);
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "X");
        if (x.dimensions() == null) {
            return List.of(ValueFact.of(x.type()));
        }
        List<Dimension> output = new ArrayList<>(x.dimensions());
        int[] resized = resizedAxes(output.size());
        ValueFact scales = Operands.optional(inputs, 2);
        ValueFact sizes = Operands.optional(inputs, 3);
        List<Dimension> targets = sizes == null ? null : sizes.elements();
        for (int i = 0; i < resized.length; i++) {
            Dimension before = output.get(resized[i]);
            Dimension after = Dimension.unknown();
            if (scales != null
                    && scales.constant() != null
                    && scales.constant().shape().size() > 0) {
                after = scaled(before, (float) element(scales.constant(), i, resized.length, "scales"));
            } else if (targets != null && !targets.isEmpty() && aspectRatio == AspectRatio.STRETCH) {
                requireCount("sizes", targets.size(), resized.length);
                after = targets.get(i);
            }
            output.set(resized[i], after);
        }
        Tensor known = sizes == null ? null : sizes.constant();
        if (aspectRatio != AspectRatio.STRETCH && known != null && x.type().isFullyKnown()) {
            ReferenceResize.Axis[] along = axes(SymbolicSizes.shape(x.dimensions()), null, null, known);
            output = Arrays.stream(along)
                    .map(axis -> Dimension.of(axis.output()))
                    .toList();
        }
        return List.of(ValueFact.of(x.elementType(), output));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        ReferenceResize.Axis[] resized = axes(
                x.shape(), Operands.optional(inputs, 1), Operands.optional(inputs, 2), Operands.optional(inputs, 3));
        if (x.shape().size() == 0) {
            throw new IllegalArgumentException("nothing to resize in a tensor of shape " + x.shape());
        }
        if (method.interpolation() == ReferenceResize.Interpolation.NEAREST) {
            int[][] positions = Arrays.stream(resized)
                    .map(axis -> ReferenceResize.nearest(method, axis))
                    .toArray(int[][]::new);
            return List.of(ReferenceMovement.select(x, positions, extrapolationLike(x)));
        }
        float[] result =
                ReferenceResize.interpolate(x.shape(), Operands.floats(x, "X"), method, resized, extrapolation);
        Shape output = Shape.of(
                Arrays.stream(resized).mapToInt(ReferenceResize.Axis::output).toArray());
        return List.of(Operands.rounded(x.elementType(), output, result));
    }

    /**
     * What becomes of each axis of a tensor.
     *
     * @throws IllegalArgumentException if scales and sizes do not fit the shape
     */
    public ReferenceResize.Axis[] axes(
            Shape shape, @Nullable Tensor roi, @Nullable Tensor scales, @Nullable Tensor sizes) {
        ReferenceResize.Axis[] result = IntStream.range(0, shape.rank())
                .mapToObj(axis -> new ReferenceResize.Axis(shape.dim(axis), shape.dim(axis), 1, 0, 1))
                .toArray(ReferenceResize.Axis[]::new);
        int[] resized = resizedAxes(shape.rank());
        double[] factors = factors(shape, resized, scales, sizes);
        Tensor crop = method.coordinates() == ReferenceResize.Coordinates.TF_CROP_AND_RESIZE ? roi : null;
        for (int i = 0; i < resized.length; i++) {
            int before = shape.dim(resized[i]);
            long after;
            if (scales != null && scales.shape().size() > 0) {
                after = scaled(Dimension.of(before), (float) factors[i]).size();
            } else if (sizes != null && aspectRatio == AspectRatio.STRETCH) {
                after = sizes.longAt(i);
            } else {
                after = keptRatioSize(before, factors[i]);
            }
            if (after < 0 || after > Shape.MAX_ELEMENTS) {
                throw new IllegalArgumentException("axis " + resized[i] + " of " + before
                        + " elements cannot be resized to " + after + ": a tensor has from 0 to " + Shape.MAX_ELEMENTS
                        + " elements");
            }
            double start = crop == null ? 0 : element(crop, i, 2 * resized.length, "roi");
            double end = crop == null ? 1 : element(crop, i + resized.length, 2 * resized.length, "roi");
            result[resized[i]] = new ReferenceResize.Axis(before, (int) after, factors[i], start, end);
        }
        return result;
    }

    /** Output pixels per input pixel, for each of the axes to resize. */
    private double[] factors(Shape shape, int[] resized, @Nullable Tensor scales, @Nullable Tensor sizes) {
        double[] factors = new double[resized.length];
        for (int i = 0; i < factors.length; i++) {
            if (scales != null && scales.shape().size() > 0) {
                factors[i] = element(scales, i, factors.length, "scales");
            } else if (sizes != null && sizes.shape().size() > 0) {
                factors[i] = element(sizes, i, factors.length, "sizes") / shape.dim(resized[i]);
            } else {
                throw new IllegalArgumentException("neither scales nor sizes are given");
            }
        }
        if (aspectRatio != AspectRatio.STRETCH && sizes != null) {
            Arrays.fill(factors, ratio(factors));
        }
        return factors;
    }

    private int[] resizedAxes(int rank) {
        return axes.isEmpty()
                ? IntStream.range(0, rank).toArray()
                : axes.stream().mapToInt(axis -> Shape.axis(axis, rank)).toArray();
    }

    /** The one scale that keeps the aspect ratio. */
    private double ratio(double[] factors) {
        return aspectRatio == AspectRatio.NOT_LARGER
                ? Arrays.stream(factors).min().orElse(1)
                : Arrays.stream(factors).max().orElse(1);
    }

    private static long keptRatioSize(long before, double ratio) {
        return (long) Math.floor(before * ratio + 0.5);
    }

    private static Dimension scaled(Dimension before, float scale) {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("scale " + scale + " is not positive");
        }
        if (before.isKnown()) {
            // In float, as PyTorch and ONNX Runtime have it: ten pixels at 0.7 are seven.
            return Dimension.of((long) Math.floor(before.size() * scale));
        }
        return scale == Math.rint(scale) ? before.times(Dimension.of((long) scale)) : Dimension.unknown();
    }

    private static double element(Tensor tensor, int index, int count, String name) {
        requireCount(name, tensor.shape().size(), count);
        return tensor.doubleAt(index);
    }

    private static void requireCount(String name, int actual, int count) {
        if (actual != count) {
            throw new IllegalArgumentException(name + " has " + actual + " values, not " + count);
        }
    }

    private Tensor extrapolationLike(Tensor x) {
        return switch (x.elementType().storage()) {
            case FLOAT -> Operands.rounded(x.elementType(), Shape.scalar(), new float[] {extrapolation});
            case DOUBLE -> DoubleTensor.scalar(extrapolation);
            case LONG -> new LongTensor(x.elementType(), Shape.scalar(), new long[] {(long) extrapolation});
        };
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of one or two spatial dimensions. Inputs: images, weights, bias (optional).
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">ONNX Conv</a>
 */
public record Convolution(SlidingWindow window, int groups) implements WindowOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.requireFloats(Operands.required(inputs, 0, "X"), "X");
        ValueFact w = Operands.requireFloats(Operands.required(inputs, 1, "W"), "W");
        ValueFact bias = Operands.optional(inputs, 2);
        if (bias != null) {
            Operands.requireFloats(bias, "B");
        }
        List<Dimension> input = x.dimensions();
        List<Dimension> weights = w.dimensions();
        if (weights == null) {
            return List.of(
                    input == null
                            ? ValueFact.of(x.type())
                            : ValueFact.of(x.elementType(), SymbolicSizes.unknown(input.size())));
        }
        Image.requireRank(weights.size());
        if (input == null) {
            input = SymbolicSizes.unknown(weights.size());
        }
        requireSameRank(input.size(), weights.size());
        SymbolicSizes.requireEqual(
                "the number of input channels", input.get(1), weights.get(1).times(Dimension.of(groups)));
        if (!weights.subList(2, weights.size()).stream().allMatch(Dimension::isKnown)) {
            return List.of(ValueFact.of(x.elementType(), SymbolicSizes.unknown(input.size())));
        }
        List<SlidingWindow.Axis> axes = window.axes(kernel(SymbolicSizes.shape(weights.subList(2, weights.size()))));
        return List.of(ValueFact.of(
                x.elementType(), SlidingWindow.outputDimensions(input.get(0), weights.get(0), axes, input)));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(convolve(
                Operands.required(inputs, 0, "X"),
                Operands.required(inputs, 1, "W"),
                Operands.optional(inputs, 2),
                null,
                new Activation.None()));
    }

    /** Convolves, adds a residual if there is one, and activates. */
    Tensor convolve(Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Activation activation) {
        Image image = Image.of(x);
        Shape weights = w.shape();
        requireSameRank(x.shape().rank(), weights.rank());
        SymbolicSizes.requireEqual(
                "the number of input channels",
                Dimension.of(image.shape().dim(1)),
                Dimension.of((long) weights.dim(1) * groups));
        Window resolved = window(image, weights);
        int height = image.shape().dim(2);
        int width = image.shape().dim(3);
        Shape output = image.outputShape(weights.dim(0), resolved.outputHeight(height), resolved.outputWidth(width));
        if (output.size() == 0) {
            return Operands.rounded(x.elementType(), output, new float[0]);
        }
        if (residual != null && !residual.shape().equals(output)) {
            throw FusedConvolution.notTheOutputs(residual.shape().toString(), output.toString());
        }
        ConvWorkload workload = new ConvWorkload(
                        image.shape().dim(0), image.shape().dim(1), height, width, weights.dim(0), groups, resolved)
                .with(new Epilogue(bias != null, residual != null, activation));
        float[] result = ReferenceConvolution.convolve(
                workload,
                new ConvParameters(Operands.floats(w, "W"), bias == null ? null : Operands.floats(bias, "B")),
                Operands.floats(x, "X"),
                residual == null ? null : Operands.floats(residual, "residual"));
        return Operands.rounded(x.elementType(), output, result);
    }

    /**
     * What is to be computed for images and weights of these shapes, the bias included where there is one.
     *
     * @throws IllegalArgumentException if the shapes do not fit, or one of them is empty
     */
    public ConvWorkload workload(Shape input, Shape weights, boolean bias) {
        Image image = Image.of(input);
        return new ConvWorkload(
                        input.dim(0),
                        input.dim(1),
                        image.shape().dim(2),
                        image.shape().dim(3),
                        weights.dim(0),
                        groups,
                        window(image, weights))
                .with(new Epilogue(bias, false, new Activation.None()));
    }

    private Window window(Image image, Shape weights) {
        Shape spatial = Shape.of(Arrays.copyOfRange(weights.toArray(), 2, weights.rank()));
        List<SlidingWindow.Axis> axes = image.axes(window.axes(kernel(spatial)));
        return SlidingWindow.over(image.shape().dim(2), image.shape().dim(3), axes.get(0), axes.get(1));
    }

    private static List<Integer> kernel(Shape spatial) {
        return Arrays.stream(spatial.toArray()).boxed().toList();
    }

    private static void requireSameRank(int input, int weights) {
        if (input != weights) {
            throw new IllegalArgumentException("input has rank " + input + ", but weights have rank " + weights);
        }
    }
}

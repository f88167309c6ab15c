package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceTransposedConvolution;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transposed convolution of one or two spatial dimensions. Inputs: images, weights {@code [input channels, output
 * channels per group, kernel...]}, bias (optional).
 *
 * @param outputPadding pixels added at the end of each axis; empty for none
 * @param outputShape the output's spatial size, from which the pads follow; empty to compute it from the pads
 * @see <a href="https://onnx.ai/onnx/operators/onnx__ConvTranspose.html">ONNX ConvTranspose</a>
 */
public record TransposedConvolution(
        SlidingWindow window, int groups, List<Integer> outputPadding, List<Integer> outputShape)
        implements WindowOperator {

    public TransposedConvolution {
        outputPadding = List.copyOf(outputPadding);
        outputShape = List.copyOf(outputShape);
    }

    /** One axis, with the pads that hold for an input of one size. */
    private record Spread(SlidingWindow.Axis axis, int before, int after, int output) {}

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.requireFloats(Operands.required(inputs, 0, "X"), "X");
        ValueFact w = Operands.requireFloats(Operands.required(inputs, 1, "W"), "W");
        ValueFact bias = Operands.optional(inputs, 2);
        if (bias != null) {
            Operands.requireFloats(bias, "B");
        }
        List<Dimension> weights = w.dimensions();
        List<Dimension> input = x.dimensions();
        if (weights == null || !weights.stream().allMatch(Dimension::isKnown)) {
            return List.of(
                    input == null
                            ? ValueFact.of(x.type())
                            : ValueFact.of(x.elementType(), SymbolicSizes.unknown(input.size())));
        }
        Image.requireRank(weights.size());
        if (input == null) {
            input = SymbolicSizes.unknown(weights.size());
        }
        if (input.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "input has rank " + input.size() + ", but weights have rank " + weights.size());
        }
        SymbolicSizes.requireEqual("the number of input channels", input.get(1), weights.get(0));
        List<SlidingWindow.Axis> axes = axes(SymbolicSizes.shape(weights));
        List<Dimension> output = new ArrayList<>();
        output.add(input.get(0));
        output.add(weights.get(1).times(Dimension.of(groups)));
        for (int axis = 0; axis < axes.size(); axis++) {
            output.add(outputSize(axis, axes.get(axis), input.get(2 + axis)));
        }
        return List.of(ValueFact.of(x.elementType(), output));
    }

    private Dimension outputSize(int index, SlidingWindow.Axis axis, Dimension input) {
        if (!outputShape.isEmpty()) {
            return Dimension.of(outputShape.get(index));
        }
        if (input.isKnown()) {
            return Dimension.of(spread(index, axis, Math.toIntExact(input.size())).output);
        }
        Dimension strided = input.times(Dimension.of(axis.stride()));
        if (axis.autoPad().isSame()) {
            return strided;
        }
        // stride * (input - 1) + output padding + extent - pads
        int rest = padding(index) + axis.extent() - pads(axis) - axis.stride();
        return rest == 0 ? strided : Dimension.unknown();
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        Tensor w = Operands.required(inputs, 1, "W");
        Tensor bias = Operands.optional(inputs, 2);
        Image image = Image.of(x);
        Shape weights = w.shape();
        if (weights.rank() != x.shape().rank()
                || weights.dim(0) != image.shape().dim(1)
                || weights.dim(0) % groups != 0) {
            throw new IllegalArgumentException(
                    "weights of shape " + weights + " in " + groups + " groups do not fit an input of " + x.shape());
        }
        int channels = Math.multiplyExact(weights.dim(1), groups);
        if (bias != null && bias.shape().size() != channels) {
            throw new IllegalArgumentException("bias of shape " + bias.shape() + " for " + channels + " channels");
        }
        List<SlidingWindow.Axis> axes = axes(weights);
        Spread vertical = image.flat()
                ? new Spread(SlidingWindow.Axis.NONE, 0, 0, 1)
                : spread(0, axes.get(0), image.shape().dim(2));
        int last = axes.size() - 1;
        Spread horizontal = spread(last, axes.get(last), image.shape().dim(3));
        float[] result = ReferenceTransposedConvolution.convolve(
                image.shape(),
                Operands.floats(x, "X"),
                Operands.floats(w, "W"),
                bias == null ? null : Operands.floats(bias, "B"),
                groups,
                window(vertical, horizontal),
                Shape.of(image.shape().dim(0), channels, vertical.output, horizontal.output));
        return List.of(Operands.rounded(
                x.elementType(), image.outputShape(channels, vertical.output, horizontal.output), result));
    }

    private List<SlidingWindow.Axis> axes(Shape weights) {
        int[] kernel = Arrays.copyOfRange(weights.toArray(), 2, weights.rank());
        List<SlidingWindow.Axis> axes =
                window.axes(Arrays.stream(kernel).boxed().toList());
        SlidingWindow.requireCount("output_padding", outputPadding, axes.size());
        SlidingWindow.requireCount("output_shape", outputShape, axes.size());
        return axes;
    }

    private Spread spread(int index, SlidingWindow.Axis axis, int input) {
        int full = Math.addExact(Math.multiplyExact(axis.stride(), input - 1), padding(index) + axis.extent());
        int output;
        if (!outputShape.isEmpty()) {
            output = outputShape.get(index);
        } else if (axis.autoPad().isSame()) {
            output = Math.multiplyExact(axis.stride(), input);
        } else {
            output = full - pads(axis);
            if (output < 1) {
                throw new IllegalArgumentException(
                        "pads " + axis.before() + " and " + axis.after() + " cut off all " + full + " output pixels");
            }
            return new Spread(axis, axis.autoPad() == SlidingWindow.AutoPad.VALID ? 0 : axis.before(), 0, output);
        }
        int total = Math.max(0, full - output);
        int start = axis.autoPad() == SlidingWindow.AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
        return new Spread(axis, start, total - start, output);
    }

    private int padding(int index) {
        return outputPadding.isEmpty() ? 0 : outputPadding.get(index);
    }

    private static int pads(SlidingWindow.Axis axis) {
        return axis.autoPad() == SlidingWindow.AutoPad.VALID ? 0 : axis.before() + axis.after();
    }

    private static Window window(Spread rows, Spread columns) {
        return new Window(
                rows.axis.kernel(),
                columns.axis.kernel(),
                rows.axis.stride(),
                columns.axis.stride(),
                rows.axis.dilation(),
                columns.axis.dilation(),
                rows.before,
                columns.before,
                rows.after,
                columns.after);
    }
}

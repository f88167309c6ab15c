package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.ChannelShuffle;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.FusedGemm;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Resize;
import dev.lanewise.engine.graph.Softmax;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.Squeeze;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.gemm.GemmParameters;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which nodes the kernels run, and with what parameters; all others fall back to row-major tensors and the reference. */
final class NodeLowering {

    private final Images images;
    private final boolean winograd;

    NodeLowering(Images images, boolean winograd) {
        this.images = images;
        this.winograd = winograd;
    }

    /** A node as one or, for a split, several. */
    List<LoweredNode> lower(Node node) {
        if (node.operator() instanceof Split split) {
            return parts(node, split).orElseGet(() -> List.of(new LoweredNode.Fallback(node)));
        }
        return List.of(single(node).orElseGet(() -> new LoweredNode.Fallback(node)));
    }

    private Optional<LoweredNode> single(Node node) {
        boolean oneOutput =
                node.outputs().stream().filter(output -> !output.isEmpty()).count() == 1
                        && !node.outputs().get(0).isEmpty();
        if (!oneOutput || node.inputs().isEmpty() || images.shape(output(node)).isEmpty()) {
            return Optional.empty();
        }
        Operator operator = node.operator();
        if (operator instanceof FusedBinary fused) {
            return combine(node, fused.function(), fused.activation());
        } else if (operator instanceof Binary binary) {
            return binary.axis().isPresent()
                    ? Optional.empty()
                    : combine(node, binary.function(), new Activation.None());
        } else if (operator instanceof Concat concat) {
            return concat(node, concat);
        }
        String input = node.inputs().get(0);
        if (images.shape(input).isEmpty() || images.isConstant(input)) {
            return Optional.empty();
        }
        return ofOneImage(node, operator, input);
    }

    private Optional<LoweredNode> ofOneImage(Node node, Operator operator, String input) {
        Shape shape = images.shape(input).orElseThrow();
        if (operator instanceof FusedConvolution fused) {
            return convolution(node, fused, input, shape);
        } else if (operator instanceof Convolution plain) {
            return convolution(node, new FusedConvolution(plain, false, new Activation.None()), input, shape);
        } else if (operator instanceof Activate activate) {
            return Optional.of(new LoweredNode.Activate(node.name(), activate.activation(), input, output(node)));
        } else if (operator instanceof Unary unary && unary.function() != UnaryFunction.NOT) {
            return Optional.of(new LoweredNode.Apply(
                    node.name(), unary.function(), unary.alpha(), unary.beta(), input, output(node)));
        } else if (operator instanceof ChannelAffine affine) {
            return affine(node, affine, input);
        } else if (operator instanceof FusedGemm gemm) {
            return gemm(node, gemm, input);
        } else if (operator instanceof Softmax softmax) {
            int axis = softmax.axis() < 0 ? softmax.axis() + images.rank(input) : softmax.axis();
            boolean overColumns = images.rank(input) == 2 && axis == 1 && !softmax.logarithm();
            return overColumns
                    ? Optional.of(new LoweredNode.Softmax(node.name(), input, output(node)))
                    : Optional.empty();
        } else if (operator instanceof Flatten
                || operator instanceof Reshape
                || operator instanceof Squeeze
                || operator instanceof Unsqueeze
                || operator instanceof Identity
                || operator instanceof Dropout) {
            return view(node, input, shape);
        } else if (operator instanceof ChannelShuffle shuffle) {
            int[] source = IntStream.range(0, shape.dim(1))
                    .map(channel -> shuffle.source(channel, shape.dim(1)))
                    .toArray();
            return Optional.of(new LoweredNode.Relabel(node.name(), source, input, output(node)));
        }
        return images.rank(input) == 4 ? ofPixels(node, operator, input, shape) : Optional.empty();
    }

    private Optional<LoweredNode> ofPixels(Node node, Operator operator, String input, Shape shape) {
        if (operator instanceof MaxPooling pooling && !pooling.indices()) {
            Window window = pooling.window().over(shape.dim(2), shape.dim(3));
            return Optional.of(new LoweredNode.Pool(node.name(), PlanStep.Pooled.MAX, window, input, output(node)));
        } else if (operator instanceof AveragePooling pooling) {
            PlanStep.Pooled function =
                    pooling.countPadding() ? PlanStep.Pooled.AVERAGE_WITH_PADDING : PlanStep.Pooled.AVERAGE;
            Window window = pooling.window().over(shape.dim(2), shape.dim(3));
            return Optional.of(new LoweredNode.Pool(node.name(), function, window, input, output(node)));
        } else if (operator instanceof GlobalPooling pooling) {
            return Optional.of(new LoweredNode.PoolImages(node.name(), pooling.function(), input, output(node)));
        } else if (operator instanceof Resize resize) {
            return resize(node, resize, input, shape);
        }
        return Optional.empty();
    }

    private Optional<LoweredNode> convolution(Node node, FusedConvolution fused, String input, Shape shape) {
        float[] weights = images.floats(node.inputs().get(1));
        String biasName = optionalInput(node, 2);
        float[] bias = images.floats(biasName);
        if (weights == null || images.rank(input) != 4 || (bias == null && !biasName.isEmpty())) {
            return Optional.empty();
        }
        String residual = fused.residual() ? optionalInput(node, FusedConvolution.RESIDUAL) : null;
        if (residual != null
                && (images.isConstant(residual) || images.shape(residual).isEmpty())) {
            return Optional.empty();
        }
        float[] scale = images.floats(optionalInput(node, FusedConvolution.SCALE));
        float[] shift = images.floats(optionalInput(node, FusedConvolution.SHIFT));
        if (fused.prologue().affine() && (scale == null || shift == null)) {
            return Optional.empty();
        }
        Shape weightsShape = images.fullShape(node.inputs().get(1)).orElseThrow();
        ConvWorkload workload = fused.workload(shape, weightsShape, bias != null);
        Algorithm algorithm =
                winograd && ConvPlan.suitsWinograd(workload) ? Algorithm.WINOGRAD : ConvPlan.algorithm(workload);
        ConvParameters parameters = new ConvParameters(weights, bias, scale, shift);
        return Optional.of(
                new LoweredNode.Convolve(node.name(), workload, algorithm, parameters, input, residual, output(node)));
    }

    private Optional<LoweredNode> affine(Node node, ChannelAffine affine, String input) {
        float[] scale = images.floats(node.inputs().get(1));
        float[] shift = images.floats(node.inputs().get(2));
        return scale == null || shift == null
                ? Optional.empty()
                : Optional.of(
                        new LoweredNode.Affine(node.name(), affine.activation(), scale, shift, input, output(node)));
    }

    private Optional<LoweredNode> gemm(Node node, FusedGemm gemm, String input) {
        float[] weights = images.floats(node.inputs().get(1));
        String biasName = optionalInput(node, 2);
        float[] bias = images.floats(biasName);
        if (weights == null || images.rank(input) != 2 || (bias == null && !biasName.isEmpty())) {
            return Optional.empty();
        }
        Shape shape = images.fullShape(node.inputs().get(1)).orElseThrow();
        int depth = shape.dim(gemm.transposed() ? 1 : 0);
        int columns = shape.dim(gemm.transposed() ? 0 : 1);
        return Optional.of(new LoweredNode.Multiply(
                node.name(),
                new GemmParameters(depth, columns, weights, gemm.transposed(), bias),
                gemm.activation(),
                input,
                output(node)));
    }

    private Optional<LoweredNode> combine(Node node, BinaryFunction function, Activation activation) {
        if (function.isComparison() || function.isLogical()) {
            return Optional.empty();
        }
        Optional<String> a = operand(node, 0);
        Optional<String> b = operand(node, 1);
        boolean anyImage = node.inputs().stream().anyMatch(input -> !images.isConstant(input));
        return a.isEmpty() || b.isEmpty() || !anyImage
                ? Optional.empty()
                : Optional.of(
                        new LoweredNode.Combine(node.name(), function, activation, a.get(), b.get(), output(node)));
    }

    /** An operand that blocks can broadcast: over all pixels or images, not over channels unless it is a constant. */
    private Optional<String> operand(Node node, int index) {
        String value = node.inputs().get(index);
        Shape output = images.shape(output(node)).orElseThrow();
        if (images.isConstant(value)) {
            float[] data = images.floats(value);
            return data == null
                    ? Optional.empty()
                    : constantImage(data, images.fullShape(value).orElseThrow(), output, images.rank(output(node)))
                            .map(image -> images.addConstant(value + "//" + output(node) + "//" + index, image));
        }
        boolean sameRank = images.rank(value) == images.rank(output(node));
        return images.shape(value)
                .filter(shape -> sameRank && shape.dim(1) == output.dim(1) && broadcasts(shape, output))
                .map(shape -> value);
    }

    private static boolean broadcasts(Shape shape, Shape output) {
        boolean pixels = shape.dim(2) == output.dim(2) && shape.dim(3) == output.dim(3);
        boolean onePixel = shape.dim(2) == 1 && shape.dim(3) == 1;
        boolean batch = shape.dim(0) == output.dim(0) || shape.dim(0) == 1;
        return batch && (pixels || onePixel);
    }

    /** A constant that is broadcast to an output of rank 2 or 4, with all of its channels. */
    private static Optional<FloatTensor> constantImage(float[] data, Shape constant, Shape output, int rank) {
        if (constant.rank() > rank) {
            return Optional.empty();
        }
        int[] aligned = {1, 1, 1, 1};
        int first = rank == 2 ? 2 : 4;
        for (int axis = 0; axis < constant.rank(); axis++) {
            aligned[first - constant.rank() + axis] = constant.dim(axis);
        }
        Shape shape = Shape.of(aligned);
        if (shape.dim(1) == output.dim(1)) {
            return broadcasts(shape, output) ? Optional.of(FloatTensor.of(shape, data)) : Optional.empty();
        }
        if (data.length != 1) {
            return Optional.empty();
        }
        float[] channels = new float[output.dim(1)];
        Arrays.fill(channels, data[0]);
        return Optional.of(FloatTensor.of(Shape.of(1, channels.length, 1, 1), channels));
    }

    private Optional<LoweredNode> concat(Node node, Concat concat) {
        boolean fits = Shape.axis(concat.axis(), images.rank(output(node))) == 1
                && images.shape(output(node)).orElseThrow().dim(0) == 1
                && node.inputs().stream()
                        .allMatch(input ->
                                !images.isConstant(input) && images.shape(input).isPresent());
        return fits ? Optional.of(new LoweredNode.Concat(node.name(), node.inputs(), output(node))) : Optional.empty();
    }

    private Optional<List<LoweredNode>> parts(Node node, Split split) {
        String input = node.inputs().get(0);
        Optional<Shape> shape = images.shape(input).filter(image -> image.dim(0) == 1);
        if (shape.isEmpty() || images.isConstant(input) || Shape.axis(split.axis(), images.rank(input)) != 1) {
            return Optional.empty();
        }
        List<LoweredNode> parts = new ArrayList<>();
        int first = 0;
        for (String output : node.outputs()) {
            Optional<Shape> part = images.shape(output);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(new LoweredNode.Part(node.name(), first, input, output));
            first += part.get().dim(1);
        }
        return Optional.of(parts);
    }

    private Optional<LoweredNode> resize(Node node, Resize resize, String input, Shape shape) {
        List<@Nullable Tensor> constants = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            String name = optionalInput(node, i);
            if (!name.isEmpty() && images.constant(name) == null) {
                return Optional.empty();
            }
            constants.add(images.constant(name));
        }
        ReferenceResize.Axis[] axes = resize.axes(shape, constants.get(0), constants.get(1), constants.get(2));
        return axes[0].isIdentity() && axes[1].isIdentity()
                ? Optional.of(new LoweredNode.Resize(
                        node.name(), resize.method(), axes[2], axes[3], resize.extrapolation(), input, output(node)))
                : Optional.empty();
    }

    private Optional<LoweredNode> view(Node node, String input, Shape shape) {
        Shape output = images.shape(output(node)).orElseThrow();
        if (output.equals(shape)) {
            return Optional.of(new LoweredNode.View(node.name(), input, output(node)));
        }
        boolean flat = images.rank(output(node)) == 2 && images.rank(input) == 4 && output.dim(0) == shape.dim(0);
        return flat ? Optional.of(new LoweredNode.Flatten(node.name(), input, output(node))) : Optional.empty();
    }

    private static String output(Node node) {
        return node.outputs().get(0);
    }

    private static String optionalInput(Node node, int index) {
        return index < node.inputs().size() ? node.inputs().get(index) : "";
    }
}

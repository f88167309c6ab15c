package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.ArgExtreme;
import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.Gemm;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.LocalResponseNormalization;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Slice;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.Softmax;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A small graph of random nodes, each of which reads any of the values made before, the same for the same seed: values are
 * read by many nodes or by none, concatenations hold one another, and outputs are any values, inputs and constants among
 * them. The first input is an image, the second one, if there is one, an image of integers.
 */
public final class RandomGraph {

    private static final int NODES = 14;
    private static final int MAX_CHANNELS = 70;

    private final Random random;
    private final Dimension batch;
    private final List<GraphValue> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private final List<Value> images = new ArrayList<>();
    private final List<Value> matrices = new ArrayList<>();
    private final Graph graph;
    private int next;

    /** An image, or a matrix with one column for each channel. */
    private record Value(String name, int channels, int height, int width) {}

    /** @param batch the size of the batch, perhaps a symbol */
    public RandomGraph(long seed, Dimension batch) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.batch = batch;
        int height = between(4, 12);
        int width = between(4, 12);
        images.add(input("image", ElementType.FLOAT32, between(1, 40), height, width));
        if (random.nextInt(4) == 0) {
            Value bytes = input("bytes", ElementType.UINT8, between(1, 20), height, width);
            images.add(image(new Cast(ElementType.FLOAT32), bytes, bytes.name()));
        }
        while (nodes.size() < NODES) {
            step();
        }
        Set<String> outputs = new LinkedHashSet<>();
        outputs.add(images.get(images.size() - 1).name());
        for (int i = random.nextInt(4); i > 0; i--) {
            outputs.add(any(random.nextBoolean() || matrices.isEmpty() ? images : matrices)
                    .name());
        }
        if (random.nextInt(5) == 0) {
            outputs.add(constants.keySet().stream().sorted().findFirst().orElse("image"));
        }
        List<GraphValue> wanted = outputs.stream()
                .map(name -> new GraphValue(name, TensorType.unknownRank(ElementType.FLOAT32)))
                .toList();
        graph = new Graph("seed " + seed, 17, inputs, wanted, nodes, constants);
    }

    public Graph graph() {
        return graph;
    }

    /** Inputs with so many rows. */
    public Map<String, Tensor> inputs(int rows) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (GraphValue input : inputs) {
            List<Dimension> dimensions = input.type().dimensions();
            int[] sizes = dimensions.stream()
                    .mapToInt(dimension -> dimension.isKnown() ? (int) dimension.size() : rows)
                    .toArray();
            Shape shape = Shape.of(sizes);
            tensors.put(
                    input.name(),
                    input.type().elementType() == ElementType.FLOAT32
                            ? floats(shape, 1)
                            : new LongTensor(
                                    input.type().elementType(),
                                    shape,
                                    random.longs(shape.size(), 0, 4).toArray()));
        }
        return tensors;
    }

    private Value input(String name, ElementType type, int channels, int height, int width) {
        inputs.add(new GraphValue(
                name,
                new TensorType(
                        type, List.of(batch, Dimension.of(channels), Dimension.of(height), Dimension.of(width)))));
        return new Value(name, channels, height, width);
    }

    private void step() {
        Value x = any(images);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> images.add(activated(convolution(x)));
            case 4 -> images.add(bottleneck(x));
            case 5 -> images.add(activated(x));
            case 6, 7 -> images.add(sum(x));
            case 8, 9, 10 -> images.add(concat(x));
            case 11 -> split(x);
            case 12 -> images.add(slice(x));
            case 13 -> images.add(shuffle(x));
            case 14 -> images.add(pool(x));
            case 15 -> images.add(residual(x));
            case 16 -> images.add(scaled(x));
            case 17 -> images.add(withoutKernel(x));
            case 18 -> images.add(withConstant(x));
            default -> matrix(x);
        }
    }

    private Value convolution(Value x) {
        boolean depthwise = random.nextInt(4) == 0;
        int groups = depthwise ? x.channels() : divisor(x.channels());
        int channels = depthwise ? x.channels() * between(1, 2) : groups * between(1, Math.max(1, 40 / groups));
        if (channels > MAX_CHANNELS) {
            channels = groups;
        }
        int kernel = Math.min(List.of(1, 1, 3, 3, 5).get(random.nextInt(5)), Math.min(x.height(), x.width()));
        return convolution(x, channels, groups, kernel, kernel == 1 ? 0 : random.nextInt(kernel), between(1, 2));
    }

    private Value convolution(Value x, int channels, int groups, int kernel, int pad, int stride) {
        int fanIn = x.channels() / groups;
        List<String> operands =
                new ArrayList<>(List.of(x.name(), constant(floats(Shape.of(channels, fanIn, kernel, kernel), (float)
                        Math.sqrt(1.0 / (fanIn * kernel * kernel))))));
        if (random.nextBoolean()) {
            operands.add(constant(floats(Shape.of(channels), 1)));
        }
        SlidingWindow window = window(List.of(), stride, pad);
        Value y = new Value(
                name(),
                channels,
                (x.height() + 2 * pad - kernel) / stride + 1,
                (x.width() + 2 * pad - kernel) / stride + 1);
        node(new Convolution(window, groups), operands, y.name());
        return y;
    }

    private static SlidingWindow window(List<Integer> kernel, int stride, int pad) {
        return new SlidingWindow(
                kernel,
                List.of(stride, stride),
                List.of(),
                List.of(pad, pad, pad, pad),
                SlidingWindow.AutoPad.NOTSET,
                false);
    }

    private Value activated(Value x) {
        return switch (random.nextInt(8)) {
            case 0 -> x;
            case 1 -> image(Unary.of(UnaryFunction.SIGMOID), x, x.name());
            case 2 -> image(Unary.of(UnaryFunction.HARD_SWISH), x, x.name());
            case 3 -> image(Unary.of(UnaryFunction.TANH), x, x.name());
            case 4 -> image(Unary.of(UnaryFunction.LEAKY_RELU), x, x.name());
            case 5 -> normalized(x);
            default -> image(Unary.of(UnaryFunction.RELU), x, x.name());
        };
    }

    private Value normalized(Value x) {
        return image(
                new BatchNormalization(1e-5f),
                x,
                x.name(),
                constant(floats(Shape.of(x.channels()), 1)),
                constant(floats(Shape.of(x.channels()), 1)),
                constant(floats(Shape.of(x.channels()), 1)),
                constant(filled(Shape.of(x.channels()), 0.5f)));
    }

    /** As in DenseNet: what a pointwise convolution reads is normalised and activated for it alone. */
    private Value bottleneck(Value x) {
        Value normalized = normalized(x);
        Value activated = random.nextInt(4) == 0
                ? normalized
                : image(Unary.of(UnaryFunction.RELU), normalized, normalized.name());
        int groups = divisor(x.channels());
        return convolution(
                activated, groups * between(1, Math.max(1, 40 / groups)), groups, 1, random.nextInt(2), between(1, 2));
    }

    private Value sum(Value x) {
        Value y = any(images.stream()
                .filter(other -> other.channels() == x.channels() && samePixels(other, x))
                .toList());
        BinaryFunction function = List.of(BinaryFunction.ADD, BinaryFunction.SUB, BinaryFunction.MAX)
                .get(random.nextInt(3));
        return image(Binary.of(function), x, x.name(), y.name());
    }

    private Value concat(Value x) {
        List<Value> others =
                images.stream().filter(other -> samePixels(other, x)).toList();
        List<Value> parts = new ArrayList<>(List.of(x));
        int channels = x.channels();
        for (int i = between(1, 3); i > 0; i--) {
            Value part = any(others);
            if (channels + part.channels() <= MAX_CHANNELS) {
                parts.add(part);
                channels += part.channels();
            }
        }
        Collections.shuffle(parts, random);
        Value y = new Value(name(), channels, x.height(), x.width());
        node(new Concat(1), parts.stream().map(Value::name).toList(), y.name());
        return y;
    }

    private void split(Value x) {
        if (x.channels() < 2) {
            return;
        }
        int first = between(1, x.channels() - 1);
        boolean firstWanted = random.nextInt(4) > 0;
        List<Value> parts = List.of(
                new Value(firstWanted ? name() : "", first, x.height(), x.width()),
                new Value(name(), x.channels() - first, x.height(), x.width()));
        nodes.add(new Node(
                "Split " + nodes.size(),
                "Split",
                new Split(1, 2),
                List.of(x.name(), constant(longs(first, x.channels() - first))),
                parts.stream().map(Value::name).toList()));
        parts.stream().filter(part -> !part.name().isEmpty()).forEach(images::add);
    }

    private Value slice(Value x) {
        int first = random.nextInt(x.channels());
        int last = between(first + 1, x.channels());
        Value y = new Value(name(), last - first, x.height(), x.width());
        node(
                new Slice(),
                List.of(x.name(), constant(longs(first)), constant(longs(last)), constant(longs(1))),
                y.name());
        return y;
    }

    private Value shuffle(Value x) {
        int groups = divisor(x.channels());
        String apart = name();
        String turned = name();
        node(
                new Reshape(false),
                List.of(x.name(), constant(longs(0, groups, x.channels() / groups, x.height(), x.width()))),
                apart);
        node(new Transpose(List.of(0, 2, 1, 3, 4)), List.of(apart), turned);
        return image(new Reshape(false), x, turned, constant(longs(0, x.channels(), x.height(), x.width())));
    }

    private Value pool(Value x) {
        int kernel = Math.min(between(2, 3), Math.min(x.height(), x.width()));
        int stride = between(1, 2);
        int pad = random.nextInt(kernel);
        SlidingWindow window = window(List.of(kernel, kernel), stride, pad);
        Operator operator = random.nextBoolean()
                ? new MaxPooling(window, false, false)
                : new AveragePooling(window, random.nextBoolean());
        Value y = new Value(
                name(),
                x.channels(),
                (x.height() + 2 * pad - kernel) / stride + 1,
                (x.width() + 2 * pad - kernel) / stride + 1);
        node(operator, List.of(x.name()), y.name());
        return y;
    }

    private Value residual(Value x) {
        Value y = convolution(x, x.channels(), divisor(x.channels()), 1, 0, 1);
        Value sum = image(Binary.of(BinaryFunction.ADD), x, y.name(), x.name());
        return image(Unary.of(UnaryFunction.RELU), sum, sum.name());
    }

    /** Squeeze-and-excitation. */
    private Value scaled(Value x) {
        Value pooled = pooled(x);
        Value gate = convolution(pooled, x.channels(), 1, 1, 0, 1);
        Value sigmoid = image(Unary.of(UnaryFunction.SIGMOID), gate, gate.name());
        return image(Binary.of(BinaryFunction.MUL), x, x.name(), sigmoid.name());
    }

    private Value pooled(Value x) {
        GlobalPooling.Function function =
                random.nextBoolean() ? GlobalPooling.Function.AVERAGE : GlobalPooling.Function.MAX;
        Value pooled = new Value(name(), x.channels(), 1, 1);
        node(new GlobalPooling(function), List.of(x.name()), pooled.name());
        return pooled;
    }

    private Value withoutKernel(Value x) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                Value y = new Value(name(), x.channels(), x.height() + 1, x.width() + 2);
                node(
                        new Pad(ReferencePadding.Mode.EDGE),
                        List.of(x.name(), constant(longs(0, 0, 1, 0, 0, 0, 0, 2))),
                        y.name());
                yield y;
            }
            case 1 -> {
                Value y = new Value(name(), x.channels(), /* height= */ x.width(), /* width= */ x.height());
                node(new Transpose(List.of(0, 1, 3, 2)), List.of(x.name()), y.name());
                yield y;
            }
            case 2 -> image(new LocalResponseNormalization(3, 1e-4f, 0.75f, 1), x, x.name());
            default -> image(new Softmax(1, false, false), x, x.name());
        };
    }

    private Value withConstant(Value x) {
        Shape shape =
                switch (random.nextInt(5)) {
                    case 0 -> Shape.of();
                    case 1 -> Shape.of(x.channels(), 1, 1);
                    case 2 -> Shape.of(1, x.channels(), x.height(), x.width());
                    case 3 -> Shape.of(1, 1, x.height(), x.width());
                    default -> Shape.of(1, x.channels(), 1, 1);
                };
        String constant = constant(floats(shape, 1));
        BinaryFunction function = List.of(BinaryFunction.ADD, BinaryFunction.SUB, BinaryFunction.MUL)
                .get(random.nextInt(3));
        return random.nextBoolean()
                ? image(Binary.of(function), x, x.name(), constant)
                : image(Binary.of(function), x, constant, x.name());
    }

    private void matrix(Value x) {
        if (!matrices.isEmpty() && random.nextBoolean()) {
            ofMatrix(any(matrices));
            return;
        }
        Value from = random.nextBoolean() ? x : pooled(x);
        Value flat = new Value(name(), from.channels() * from.height() * from.width(), 1, 1);
        node(new Flatten(1), List.of(from.name()), flat.name());
        if (random.nextInt(4) == 0) {
            matrices.add(flat);
        }
        matrices.add(product(flat));
    }

    private void ofMatrix(Value x) {
        switch (random.nextInt(6)) {
            case 0 -> matrices.add(image(new Softmax(1, false, false), x, x.name()));
            case 1 -> matrices.add(image(Unary.of(UnaryFunction.RELU), x, x.name()));
            case 2 -> {
                Value y = any(matrices.stream()
                        .filter(other -> other.channels() == x.channels())
                        .toList());
                matrices.add(image(Binary.of(BinaryFunction.ADD), x, x.name(), y.name()));
            }
            case 3 -> {
                Value largest = new Value(name(), 1, 1, 1);
                node(new ArgExtreme(true, 1, true, false), List.of(x.name()), largest.name());
                matrices.add(image(new Cast(ElementType.FLOAT32), largest, largest.name()));
            }
            case 4 -> {
                if (x.channels() <= MAX_CHANNELS) {
                    Value image = image(new Unsqueeze(), x, x.name(), constant(longs(2, 3)));
                    images.add(image);
                    images.add(convolution(image, between(1, 20), 1, 1, random.nextInt(2), 1));
                }
            }
            default -> matrices.add(product(x));
        }
    }

    private Value product(Value x) {
        Value y = new Value(name(), between(1, 30), 1, 1);
        node(
                new Gemm(1, 1, false, true),
                List.of(
                        x.name(),
                        constant(floats(Shape.of(y.channels(), x.channels()), (float) Math.sqrt(1.0 / x.channels()))),
                        constant(floats(Shape.of(y.channels()), 1))),
                y.name());
        return y;
    }

    private Value image(Operator operator, Value like, String... operands) {
        Value y = new Value(name(), like.channels(), like.height(), like.width());
        node(operator, List.of(operands), y.name());
        return y;
    }

    private void node(Operator operator, List<String> operands, String output) {
        String type = operator.getClass().getSimpleName();
        nodes.add(new Node(type + " " + nodes.size(), type, operator, operands, List.of(output)));
    }

    private static boolean samePixels(Value a, Value b) {
        return a.height() == b.height() && a.width() == b.width();
    }

    private String constant(Tensor tensor) {
        String name = "constant" + next++;
        constants.put(name, tensor);
        return name;
    }

    private String name() {
        return "value" + next++;
    }

    private FloatTensor floats(Shape shape, float deviation) {
        float[] data = new float[shape.size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = deviation * (float) random.nextGaussian();
        }
        return FloatTensor.of(shape, data);
    }

    private static FloatTensor filled(Shape shape, float element) {
        float[] data = new float[shape.size()];
        Arrays.fill(data, element);
        return FloatTensor.of(shape, data);
    }

    private static LongTensor longs(long... elements) {
        return LongTensor.of(Shape.of(elements.length), elements);
    }

    private Value any(List<Value> values) {
        // The later ones more often, so that graphs become deep.
        int index = Math.max(random.nextInt(values.size()), random.nextInt(values.size()));
        return values.get(index);
    }

    private int divisor(int number) {
        int[] divisors = IntStream.rangeClosed(1, number)
                .filter(candidate -> number % candidate == 0)
                .toArray();
        return divisors[random.nextInt(divisors.length)];
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}

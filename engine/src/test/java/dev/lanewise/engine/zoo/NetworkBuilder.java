package dev.lanewise.engine.zoo;

import static dev.lanewise.engine.zoo.OnnxWriter.integer;
import static dev.lanewise.engine.zoo.OnnxWriter.ints;
import static dev.lanewise.engine.zoo.OnnxWriter.real;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Builds a network from the layers of the papers. {@link #build} lets a structure describe itself twice: once to measure
 * its layers on a batch of seeded images, and once to be written with weights calibrated by what was measured.
 */
public final class NetworkBuilder {

    public static final String INPUT = "image";
    public static final String OUTPUT = "scores";

    /** Windows that reach over the end of the padded input count too. */
    public static final AttributeProto CEIL_MODE = integer("ceil_mode", 1);

    /** The gain of the last normalisation of a residual branch, so that a stage's sums do not grow out of range. */
    static final float RESIDUAL_GAIN = 0.6f;

    private static final float DEFAULT_EPSILON = 1e-5f;
    private static final int CALIBRATION_IMAGES = 8;

    private final OnnxWriter writer;
    private final Learning learning;
    private final List<String> calibrated = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private float epsilon = DEFAULT_EPSILON;
    private long parameters;

    private NetworkBuilder(String name, Learning learning) {
        this.writer = new OnnxWriter(name);
        this.learning = learning;
    }

    /** A network's layers, from its input to its output. */
    @FunctionalInterface
    public interface Structure extends BiFunction<NetworkBuilder, FeatureMap, FeatureMap> {}

    /** Measures a network and writes it. */
    public static Network build(String name, long seed, FeatureMap input, Structure structure) {
        return write(name, seed, input, structure, measure(name, seed, input, structure));
    }

    /** The statistics of every layer on seeded images: all that {@link #write} needs to be quick. */
    static Map<String, float[]> measure(String name, long seed, FeatureMap input, Structure structure) {
        NetworkBuilder builder = new NetworkBuilder(name, new Measuring(new RawWeights(seed)));
        builder.describe(input, structure);
        FloatTensor images = Seeded.images(seed, CALIBRATION_IMAGES, input.channels(), input.height(), input.width());
        Map<String, float[]> statistics = new HashMap<>();
        try (OnnxRuntime runtime =
                OnnxRuntime.loadUnoptimized(builder.writer.model().toByteArray())) {
            runtime.run(images).forEach((output, value) -> statistics.put(output, value.data()));
        }
        statistics.remove(OUTPUT);
        return statistics;
    }

    static Network write(
            String name, long seed, FeatureMap input, Structure structure, Map<String, float[]> statistics) {
        return write(name, input, structure, new Calibrated(new RawWeights(seed), statistics));
    }

    /** A network of which nothing was measured: to be looked at, not to be run. */
    static Network writeUncalibrated(String name, long seed, FeatureMap input, Structure structure) {
        return write(name, input, structure, new Uncalibrated(new RawWeights(seed)));
    }

    private static Network write(String name, FeatureMap input, Structure structure, Learning learning) {
        NetworkBuilder builder = new NetworkBuilder(name, learning);
        builder.describe(input, structure);
        byte[] onnx = builder.writer.model().toByteArray();
        return new Network(name, onnx, input, List.copyOf(builder.calibrated), builder.parameters);
    }

    /** The number of learnt parameters, without making any. */
    static long parameters(FeatureMap input, Structure structure) {
        NetworkBuilder builder = new NetworkBuilder("", new Unwritten());
        builder.describe(input, structure);
        return builder.parameters;
    }

    private void describe(FeatureMap input, Structure structure) {
        writer.input(INPUT, "N", input.channels(), input.height(), input.width());
        FeatureMap output = structure.apply(this, input.named(INPUT));
        writer.node("Identity", OUTPUT, List.of(output.name()));
        if (output.isFlat()) {
            writer.output(OUTPUT, "N", output.channels());
        } else {
            writer.output(OUTPUT, "N", output.channels(), output.height(), output.width());
        }
    }

    /** The input of a network for square images of three channels. */
    public static FeatureMap image(int size) {
        return new FeatureMap(INPUT, 3, size, size);
    }

    /** Sets the epsilon of the batch normalisations that follow. */
    public NetworkBuilder epsilon(float newEpsilon) {
        epsilon = newEpsilon;
        return this;
    }

    // ---- layers with weights

    /** A convolution without a bias. */
    public FeatureMap conv(FeatureMap x, int channels, int groups, Window window) {
        return conv(x, channels, groups, window, false);
    }

    /**
     * A convolution.
     *
     * @param others attributes beside the window's and the groups; with {@code auto_pad} among them, the window's pads must
     *     be those that it leads to
     */
    public FeatureMap conv(
            FeatureMap x, int channels, int groups, Window window, boolean bias, AttributeProto... others) {
        int[] weights = {channels, x.channels() / groups, window.kernelHeight(), window.kernelWidth()};
        String layer = next("Conv");
        learn(weights, bias);
        calibrated.add(layer);
        AttributeProto[] attributes = attributes(window, others, integer("group", groups));
        learning.product(writer, "Conv", layer, x.name(), weights, bias, attributes);
        return slid(layer, x, window, channels);
    }

    /** A convolution, a batch normalisation, and a ReLU. */
    public FeatureMap convBatchNormRelu(FeatureMap x, int channels, int groups, Window window) {
        return relu(batchNorm(conv(x, channels, groups, window)));
    }

    public FeatureMap batchNorm(FeatureMap x) {
        return batchNorm(x, 1);
    }

    /** The last batch normalisation of a residual branch. */
    public FeatureMap residualBatchNorm(FeatureMap x) {
        return batchNorm(x, RESIDUAL_GAIN);
    }

    private FeatureMap batchNorm(FeatureMap x, float gain) {
        String layer = next("BatchNormalization");
        parameters += 2L * x.channels();
        calibrated.add(layer);
        return x.named(learning.batchNorm(writer, layer, x.name(), x.channels(), epsilon, gain));
    }

    /** A fully connected layer, with a bias. */
    public FeatureMap gemm(FeatureMap x, int features) {
        int[] weights = {features, x.channels()};
        String layer = next("Gemm");
        learn(weights, true);
        calibrated.add(layer);
        learning.product(writer, "Gemm", layer, x.name(), weights, true, integer("transB", 1));
        return FeatureMap.flat(layer, features);
    }

    private void learn(int[] weights, boolean bias) {
        long size = 1;
        for (int dimension : weights) {
            size *= dimension;
        }
        parameters += size + (bias ? weights[0] : 0);
    }

    // ---- element by element

    public FeatureMap relu(FeatureMap x) {
        return map("Relu", x);
    }

    public FeatureMap relu6(FeatureMap x) {
        String layer = next("Clip");
        String low = writer.scalar(layer + ".min", 0);
        String high = writer.scalar(layer + ".max", 6);
        return x.named(writer.node("Clip", layer, List.of(x.name(), low, high)));
    }

    public FeatureMap hardSwish(FeatureMap x) {
        return map("HardSwish", x);
    }

    public FeatureMap hardSigmoid(FeatureMap x) {
        return map("HardSigmoid", x, real("alpha", 1 / 6f), real("beta", 0.5f));
    }

    public FeatureMap sigmoid(FeatureMap x) {
        return map("Sigmoid", x);
    }

    /** As exporters write SiLU: {@code x * sigmoid(x)}. */
    public FeatureMap swish(FeatureMap x) {
        return mul(x, sigmoid(x));
    }

    /** Any operator of one input that keeps its shape. */
    public FeatureMap map(String type, FeatureMap x, AttributeProto... attributes) {
        return x.named(writer.node(type, next(type), List.of(x.name()), attributes));
    }

    public FeatureMap mul(FeatureMap a, FeatureMap b) {
        return a.named(writer.node("Mul", next("Mul"), List.of(a.name(), b.name())));
    }

    public FeatureMap add(FeatureMap a, FeatureMap b) {
        return a.named(writer.node("Add", next("Add"), List.of(a.name(), b.name())));
    }

    /** An addition whose result is among the {@link Network#calibrated} values. */
    public FeatureMap residualSum(FeatureMap a, FeatureMap b) {
        FeatureMap sum = add(a, b);
        calibrated.add(sum.name());
        return sum;
    }

    /** As files for training hold it: a node that inference skips. */
    public FeatureMap dropout(FeatureMap x, float ratio) {
        String layer = next("Dropout");
        String constant = writer.scalar(layer + ".ratio", ratio);
        return x.named(writer.node("Dropout", layer, List.of(x.name(), constant)));
    }

    public FeatureMap lrn(FeatureMap x, int size) {
        return map("LRN", x, integer("size", size), real("alpha", 1e-4f), real("beta", 0.75f), real("bias", 1));
    }

    public FeatureMap softmax(FeatureMap x) {
        return map("Softmax", x, integer("axis", 1));
    }

    // ---- pooling and resizing

    public FeatureMap maxPool(FeatureMap x, Window window, AttributeProto... attributes) {
        return pool("MaxPool", x, window, attributes);
    }

    /** Pads are part of the average, as PyTorch has it. */
    public FeatureMap averagePool(FeatureMap x, Window window) {
        return pool("AveragePool", x, window, integer("count_include_pad", 1));
    }

    /** Either pooling, with any attributes of its own; {@link #CEIL_MODE} widens the result. */
    public FeatureMap pool(String type, FeatureMap x, Window window, AttributeProto... others) {
        String layer = writer.node(type, next(type), List.of(x.name()), attributes(window, others));
        if (!Arrays.asList(others).contains(CEIL_MODE)) {
            return slid(layer, x, window, x.channels());
        }
        int height = ceilOutput(
                x.height(), window.padTop(), window.padBottom(), window.extentHeight(), window.strideHeight());
        int width =
                ceilOutput(x.width(), window.padLeft(), window.padRight(), window.extentWidth(), window.strideWidth());
        return new FeatureMap(layer, x.channels(), height, width);
    }

    /** The last window must start inside the input or the pad before it. */
    private static int ceilOutput(int input, int before, int after, int extent, int stride) {
        int outputs = (input + before + after - extent + stride - 1) / stride + 1;
        return (outputs - 1) * stride >= input + before ? outputs - 1 : outputs;
    }

    public FeatureMap globalAveragePool(FeatureMap x) {
        String layer = writer.node("GlobalAveragePool", next("GlobalAveragePool"), List.of(x.name()));
        return new FeatureMap(layer, x.channels(), 1, 1);
    }

    /** Enlarges by a whole factor. */
    public FeatureMap resize(FeatureMap x, int factor, AttributeProto... attributes) {
        String scales = writer.vector(next("Scales"), 1, 1, factor, factor);
        FeatureMap result = new FeatureMap("", x.channels(), x.height() * factor, x.width() * factor);
        return apply("Resize", List.of(x.name(), "", scales), result, attributes);
    }

    /** Adds pixels around an image; {@code mode} is {@code constant} (zeros), {@code reflect} or {@code edge}. */
    public FeatureMap pad(FeatureMap x, String mode, int top, int left, int bottom, int right) {
        String pads = writer.longs(next("Pads"), 0, 0, top, left, 0, 0, bottom, right);
        FeatureMap result = new FeatureMap("", x.channels(), x.height() + top + bottom, x.width() + left + right);
        return apply("Pad", List.of(x.name(), pads), result, OnnxWriter.text("mode", mode));
    }

    /**
     * Any operator with one output.
     *
     * @param inputs their names; empty for one left out
     * @param result what comes out; its name does not matter
     */
    public FeatureMap apply(String type, List<String> inputs, FeatureMap result, AttributeProto... attributes) {
        return result.named(writer.node(type, next(type), inputs, attributes));
    }

    /** A constant with one element for each channel, to broadcast over {@code [N, channels, height, width]}. */
    public String perChannel(int channels, OnnxWriter.Elements elements) {
        return writer.floats(next("Constant"), new int[] {channels, 1, 1}, elements);
    }

    /** A constant vector. */
    public String vector(int size, OnnxWriter.Elements elements) {
        return writer.floats(next("Constant"), new int[] {size}, elements);
    }

    // ---- moving channels

    public FeatureMap concat(FeatureMap... parts) {
        return concat(Arrays.asList(parts));
    }

    public FeatureMap concat(List<FeatureMap> parts) {
        List<String> names = parts.stream().map(FeatureMap::name).toList();
        int channels = parts.stream().mapToInt(FeatureMap::channels).sum();
        String layer = writer.node("Concat", next("Concat"), names, integer("axis", 1));
        return new FeatureMap(
                layer, channels, parts.get(0).height(), parts.get(0).width());
    }

    /** Splits the channels into parts of the given sizes. */
    public List<FeatureMap> split(FeatureMap x, int... channels) {
        String layer = next("Split");
        String sizes = writer.longs(
                layer + ".sizes", Arrays.stream(channels).asLongStream().toArray());
        List<FeatureMap> parts = new ArrayList<>();
        for (int part = 0; part < channels.length; part++) {
            parts.add(new FeatureMap(layer + "." + part, channels[part], x.height(), x.width()));
        }
        writer.node(
                "Split", parts.stream().map(FeatureMap::name).toList(), List.of(x.name(), sizes), integer("axis", 1));
        return parts;
    }

    /** The channels {@code from} (inclusive) to {@code to} (exclusive). */
    public FeatureMap slice(FeatureMap x, int from, int to) {
        String layer = next("Slice");
        List<String> inputs = List.of(
                x.name(),
                writer.longs(layer + ".starts", from),
                writer.longs(layer + ".ends", to),
                writer.longs(layer + ".axes", 1));
        return new FeatureMap(writer.node("Slice", layer, inputs), to - from, x.height(), x.width());
    }

    /** A channel shuffle as exporters write it where they know all sizes but the batch's. */
    public FeatureMap channelShuffle(FeatureMap x, int groups) {
        String layer = next("Shuffle");
        String apart = writer.longs(layer + ".apart", 0, groups, x.channels() / groups, x.height(), x.width());
        String together = writer.longs(layer + ".together", 0, x.channels(), x.height(), x.width());
        return shuffle(x, layer, apart, together);
    }

    /** The same, with the sizes read from the tensor itself at run time, as a traced {@code x.size()} is exported. */
    public FeatureMap channelShuffleWithTracedShape(FeatureMap x, int groups) {
        String layer = next("Shuffle");
        String shape = writer.node("Shape", layer + ".shape", List.of(x.name()));
        String axis = writer.longs(layer + ".axis", 0);
        String batch = writer.node("Gather", layer + ".batch", List.of(shape, axis), integer("axis", 0));
        String middle = writer.longs(layer + ".middle", groups, x.channels() / groups);
        String channels = writer.longs(layer + ".channels", x.channels());
        String from = writer.longs(layer + ".from", 2);
        String to = writer.longs(layer + ".to", 4);
        String space = writer.node("Slice", layer + ".space", List.of(shape, from, to));
        AttributeProto first = integer("axis", 0);
        String apart = writer.node("Concat", layer + ".apart", List.of(batch, middle, space), first);
        String together = writer.node("Concat", layer + ".together", List.of(batch, channels, space), first);
        return shuffle(x, layer, apart, together);
    }

    private FeatureMap shuffle(FeatureMap x, String layer, String apart, String together) {
        String split = writer.node("Reshape", layer + ".split", List.of(x.name(), apart));
        String turned = writer.node("Transpose", layer + ".turned", List.of(split), ints("perm", 0, 2, 1, 3, 4));
        return x.named(writer.node("Reshape", layer, List.of(turned, together)));
    }

    public FeatureMap flatten(FeatureMap x) {
        String layer = writer.node("Flatten", next("Flatten"), List.of(x.name()), integer("axis", 1));
        return FeatureMap.flat(layer, x.channels() * x.height() * x.width());
    }

    // ---- blocks that several families share

    /** The usual end: average over the image, and one fully connected layer. */
    public FeatureMap classify(FeatureMap x, int classes) {
        return gemm(flatten(globalAveragePool(x)), classes);
    }

    private FeatureMap slid(String layer, FeatureMap x, Window window, int channels) {
        return new FeatureMap(layer, channels, window.outputHeight(x.height()), window.outputWidth(x.width()));
    }

    private static AttributeProto[] attributes(Window window, AttributeProto[] others, AttributeProto... more) {
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                ints("kernel_shape", window.kernelHeight(), window.kernelWidth()),
                ints("strides", window.strideHeight(), window.strideWidth())));
        if (Arrays.stream(others).noneMatch(attribute -> attribute.getName().equals("auto_pad"))) {
            attributes.add(ints("pads", window.padTop(), window.padLeft(), window.padBottom(), window.padRight()));
        }
        if (window.dilationHeight() != 1 || window.dilationWidth() != 1) {
            attributes.add(ints("dilations", window.dilationHeight(), window.dilationWidth()));
        }
        attributes.addAll(Arrays.asList(others));
        attributes.addAll(Arrays.asList(more));
        return attributes.toArray(AttributeProto[]::new);
    }

    private String next(String type) {
        return type + "_" + counts.merge(type, 1, Integer::sum);
    }
}

package dev.lanewise.engine.zoo;

import static dev.lanewise.engine.zoo.OnnxWriter.integer;
import static dev.lanewise.engine.zoo.OnnxWriter.real;
import static dev.lanewise.engine.zoo.OnnxWriter.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small network of random layers with random legal attributes, the same for the same seed; {@link #toString} tells what
 * it consists of once it has been built.
 */
final class RandomStructure implements NetworkBuilder.Structure {

    private static final int LAYERS = 8;
    private static final int MAX_CHANNELS = 48;
    private static final int MAX_SIDE = 40;
    private static final int MIN_SIDE = 4;

    private final long seed;
    private final FeatureMap input;
    private final List<String> layers = new ArrayList<>();
    private Random random;

    RandomStructure(long seed) {
        this.seed = seed;
        this.random = new Random(Seeded.bits(seed, 0));
        this.input = new FeatureMap("", 1 + random.nextInt(16), between(8, 28), between(8, 28));
    }

    FeatureMap input() {
        return input;
    }

    @Override
    public FeatureMap apply(NetworkBuilder net, FeatureMap image) {
        random = new Random(Seeded.bits(seed, 1));
        layers.clear();
        FeatureMap x = image;
        for (int layer = 0; layer < LAYERS; layer++) {
            x = bounded(net, random(net, x));
        }
        return random.nextBoolean() ? x : net.classify(x, 10);
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + input + " " + layers;
    }

    private FeatureMap random(NetworkBuilder net, FeatureMap x) {
        return switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> activated(net, conv(net, x));
            case 4 -> autoPadded(net, x);
            case 5, 6 -> pool(net, x);
            case 7 -> x.channels() < 2 ? conv(net, x) : branches(net, x);
            case 8 -> residual(net, x);
            case 9 -> x.channels() < 2 ? conv(net, x) : squeezeAndExcite(net, x);
            case 10 -> resize(net, x);
            case 11 -> normalized(net, x);
            default -> moved(net, x);
        };
    }

    /** Keeps the cost in bounds, and the image large enough for the next layer. */
    private FeatureMap bounded(NetworkBuilder net, FeatureMap x) {
        FeatureMap y = x;
        if (y.channels() > MAX_CHANNELS) {
            y = net.conv(y, 12, 1, Window.square(1, 1, 0));
        }
        if (y.height() > MAX_SIDE || y.width() > MAX_SIDE) {
            int down = y.height() > MAX_SIDE ? 2 : 1;
            int across = y.width() > MAX_SIDE ? 2 : 1;
            y = net.maxPool(y, new Window(down, across, down, across, 1, 1, 0, 0, 0, 0));
        }
        return Math.min(y.height(), y.width()) < MIN_SIDE ? net.resize(y, 3, text("mode", "nearest")) : y;
    }

    private FeatureMap conv(NetworkBuilder net, FeatureMap x) {
        int groups = divisor(x.channels());
        int channels = groups * between(1, Math.max(1, 32 / groups));
        Window window = window(x, 5, 2, 2);
        log("Conv g" + groups + " " + x.channels() + "->" + channels, window);
        return net.conv(x, channels, groups, window, random.nextBoolean());
    }

    private FeatureMap autoPadded(NetworkBuilder net, FeatureMap x) {
        String mode = List.of("SAME_UPPER", "SAME_LOWER", "VALID").get(random.nextInt(3));
        int kernel = between(1, Math.min(4, Math.min(x.height(), x.width())));
        int stride = between(1, 2);
        int vertical = mode.equals("VALID") ? 0 : samePad(x.height(), kernel, stride);
        int horizontal = mode.equals("VALID") ? 0 : samePad(x.width(), kernel, stride);
        int extra = mode.equals("SAME_LOWER") ? 1 : 0;
        int top = (vertical + extra) / 2;
        int left = (horizontal + extra) / 2;
        Window window = new Window(kernel, kernel, stride, stride, 1, 1, top, left, vertical - top, horizontal - left);
        AttributeProto autoPad = text("auto_pad", mode);
        log(mode, window);
        return switch (random.nextInt(3)) {
            case 0 -> net.pool("MaxPool", x, window, autoPad);
            case 1 -> net.pool("AveragePool", x, window, autoPad, integer("count_include_pad", random.nextInt(2)));
            default -> net.conv(x, 2 * x.channels(), divisor(x.channels()), window, true, autoPad);
        };
    }

    private static int samePad(int input, int kernel, int stride) {
        return Math.max(0, ((input + stride - 1) / stride - 1) * stride + kernel - input);
    }

    private FeatureMap pool(NetworkBuilder net, FeatureMap x) {
        boolean max = random.nextBoolean();
        Window window = window(x, 4, 3, max ? 2 : 1);
        List<AttributeProto> others = new ArrayList<>();
        if (random.nextBoolean()) {
            others.add(NetworkBuilder.CEIL_MODE);
        }
        if (!max && random.nextBoolean()) {
            others.add(integer("count_include_pad", 1));
        }
        String type = max ? "MaxPool" : "AveragePool";
        log(type + others.stream().map(AttributeProto::getName).toList(), window);
        return net.pool(type, x, window, others.toArray(AttributeProto[]::new));
    }

    /** Any window that fits: pads smaller than the kernel, as pooling demands. */
    private Window window(FeatureMap x, int maxKernel, int maxStride, int maxDilation) {
        int height = between(1, Math.min(maxKernel, x.height()));
        int width = between(1, Math.min(maxKernel, x.width()));
        int down = (height - 1) * 2 < x.height() ? between(1, maxDilation) : 1;
        int across = (width - 1) * 2 < x.width() ? between(1, maxDilation) : 1;
        return new Window(
                height,
                width,
                between(1, maxStride),
                between(1, maxStride),
                down,
                across,
                random.nextInt(height),
                random.nextInt(width),
                random.nextInt(height),
                random.nextInt(width));
    }

    private FeatureMap activated(NetworkBuilder net, FeatureMap x) {
        FeatureMap y = random.nextBoolean() ? net.batchNorm(x) : x;
        int choice = random.nextInt(14);
        layers.add("activation " + choice);
        return switch (choice) {
            case 0 -> net.relu6(y);
            case 1 -> net.hardSwish(y);
            case 2 -> net.hardSigmoid(y);
            case 3 -> net.sigmoid(y);
            case 4 -> net.swish(y);
            case 5 -> net.map("Tanh", y);
            case 6 -> net.map("LeakyRelu", y, real("alpha", 0.1f));
            case 7 -> net.map("Elu", y);
            case 8 -> net.map("Selu", y);
            case 9 -> net.map("Softplus", y);
            case 10 -> net.map("Erf", y);
            case 11 -> net.apply("PRelu", List.of(y.name(), slopes(net, y.channels())), y);
            default -> net.relu(y);
        };
    }

    private String slopes(NetworkBuilder net, int channels) {
        return net.perChannel(channels, index -> Seeded.uniform(seed, index, 0, 0.5f));
    }

    private FeatureMap branches(NetworkBuilder net, FeatureMap x) {
        int cut = between(1, x.channels() - 1);
        layers.add("branches at " + cut);
        FeatureMap left;
        FeatureMap right;
        if (random.nextBoolean()) {
            List<FeatureMap> parts = net.split(x, cut, x.channels() - cut);
            left = parts.get(0);
            right = parts.get(1);
        } else {
            left = net.slice(x, 0, cut);
            right = net.slice(x, cut, x.channels());
        }
        right = activated(net, net.conv(right, between(1, 16), 1, Window.square(3, 1, 1)));
        FeatureMap joined = net.concat(right, left);
        int groups = divisor(joined.channels());
        return random.nextBoolean()
                ? net.channelShuffle(joined, groups)
                : net.channelShuffleWithTracedShape(joined, groups);
    }

    private FeatureMap residual(NetworkBuilder net, FeatureMap x) {
        layers.add("residual");
        FeatureMap y = net.conv(x, x.channels(), divisor(x.channels()), Window.square(3, 1, 1));
        return net.relu(net.residualSum(net.residualBatchNorm(y), x));
    }

    private FeatureMap squeezeAndExcite(NetworkBuilder net, FeatureMap x) {
        layers.add("squeeze-and-excite");
        FeatureMap pooled = net.globalAveragePool(x);
        FeatureMap hidden = net.relu(net.conv(pooled, between(2, 8), 1, Window.square(1, 1, 0), true));
        FeatureMap gate = net.conv(hidden, x.channels(), 1, Window.square(1, 1, 0), true);
        return net.mul(x, random.nextBoolean() ? net.sigmoid(gate) : net.hardSigmoid(gate));
    }

    private FeatureMap resize(NetworkBuilder net, FeatureMap x) {
        String mode = List.of("nearest", "linear", "cubic").get(random.nextInt(3));
        String coordinates = List.of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners")
                .get(random.nextInt(4));
        String rounding = List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
                .get(random.nextInt(4));
        layers.add("Resize " + mode + " " + coordinates + " " + rounding);
        return net.resize(
                x,
                2,
                text("mode", mode),
                text("coordinate_transformation_mode", coordinates),
                text("nearest_mode", rounding));
    }

    private FeatureMap normalized(NetworkBuilder net, FeatureMap x) {
        int choice = random.nextInt(4);
        layers.add("normalization " + choice);
        return switch (choice) {
            case 0 -> net.lrn(x, 1 + 2 * random.nextInt(3));
            case 1 ->
                net.apply(
                        "InstanceNormalization",
                        List.of(
                                x.name(),
                                net.vector(x.channels(), index -> Seeded.uniform(seed, index, 0.5f, 1.5f)),
                                net.vector(x.channels(), index -> Seeded.normal(seed, index))),
                        x);
            case 2 -> net.softmax(x);
            default -> net.batchNorm(x);
        };
    }

    private FeatureMap moved(NetworkBuilder net, FeatureMap x) {
        int choice = random.nextInt(5);
        layers.add("move " + choice);
        AttributeProto two = integer("blocksize", 2);
        return switch (choice) {
            case 0 -> net.pad(x, "constant", 1, 2, 0, 3);
            case 1 -> net.pad(x, "reflect", 2, 1, 3, 0);
            case 2 -> net.pad(x, "edge", 0, 2, 1, 1);
            case 3 -> {
                FeatureMap even = net.conv(x, 8, 1, Window.square(1, 1, 0));
                FeatureMap result = new FeatureMap("", 2, 2 * x.height(), 2 * x.width());
                yield net.apply(
                        "DepthToSpace",
                        List.of(even.name()),
                        result,
                        two,
                        text("mode", random.nextBoolean() ? "DCR" : "CRD"));
            }
            default -> {
                FeatureMap even = net.pad(x, "edge", 0, 0, x.height() % 2, x.width() % 2);
                FeatureMap result = new FeatureMap("", 4 * x.channels(), even.height() / 2, even.width() / 2);
                yield net.apply("SpaceToDepth", List.of(even.name()), result, two);
            }
        };
    }

    private void log(String layer, Window window) {
        layers.add(layer + " " + window);
    }

    private int divisor(int number) {
        List<Integer> divisors = new ArrayList<>();
        for (int candidate = 1; candidate <= number; candidate++) {
            if (number % candidate == 0) {
                divisors.add(candidate);
            }
        }
        return divisors.get(random.nextInt(divisors.size()));
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}

package dev.lanewise.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded random nodes give what ONNX Runtime gives, with the shapes that were inferred. */
class OperatorAgreementTest {

    private static final double TOLERANCE = 2e-5;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void convolves(long seed) throws OrtException {
        Random random = random(seed);
        int axes = between(random, 1, 2);
        int groups = between(random, 1, 4);
        int perGroup = between(random, 1, 20);
        int outputs = groups * between(random, 1, 4);
        long[] kernel = values(random, axes, 1, 4);
        Map<String, Object> attributes = window(random, kernel, axes, true);
        attributes.put("group", (long) groups);
        Tensor x = floats(random, imageShape(random, axes, groups * perGroup));
        Tensor w = floats(random, shape(kernel, outputs, perGroup));
        Tensor bias = random.nextBoolean() ? floats(random, Shape.of(outputs)) : null;
        check(seed, new SingleNode("Conv", 11, attributes, inputs(x, w, bias), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void convolvesTransposed(long seed) throws OrtException {
        Random random = random(seed);
        int axes = between(random, 1, 2);
        int groups = between(random, 1, 3);
        int channels = groups * between(random, 1, 4);
        int outputsPerGroup = between(random, 1, 4);
        long[] kernel = values(random, axes, 2, 4);
        long[] strides = values(random, axes, 2, 3);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("strides", strides);
        attributes.put("group", (long) groups);
        if (random.nextBoolean()) {
            attributes.put("dilations", values(random, axes, 1, 2));
        }
        Tensor x = floats(random, imageShape(random, axes, channels));
        switch (random.nextInt(3)) {
            case 0 -> attributes.put("pads", values(random, 2 * axes, 0, 1));
            case 1 -> attributes.put("output_padding", values(random, axes, 0, 1));
            default ->
                attributes.put(
                        "output_shape",
                        IntStream.range(0, axes)
                                .mapToLong(axis -> x.shape().dim(2 + axis) * strides[axis])
                                .toArray());
        }
        Tensor w = floats(random, shape(kernel, channels, outputsPerGroup));
        Tensor bias = random.nextBoolean() ? floats(random, Shape.of(groups * outputsPerGroup)) : null;
        check(seed, new SingleNode("ConvTranspose", 11, attributes, inputs(x, w, bias), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void poolsTheLargest(long seed) throws OrtException {
        Random random = random(seed);
        int axes = between(random, 1, 2);
        long[] kernel = values(random, axes, 2, 4);
        Map<String, Object> attributes = window(random, kernel, axes, true);
        attributes.put("kernel_shape", kernel);
        boolean floats = random.nextBoolean();
        int outputs = floats ? between(random, 1, 2) : 1;
        roundUp(random, attributes);
        if (outputs == 2) {
            attributes.put("storage_order", (long) random.nextInt(2));
        }
        Shape shape = imageShape(random, axes, 2);
        Tensor x = floats
                ? floats(random, shape)
                : integers(random, random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8, shape);
        check(seed, new SingleNode("MaxPool", 12, attributes, inputs(x), outputs));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void poolsTheAverage(long seed) throws OrtException {
        Random random = random(seed);
        int axes = between(random, 1, 2);
        int opset = random.nextBoolean() ? 11 : 19;
        long[] kernel = values(random, axes, 2, 4);
        Map<String, Object> attributes = window(random, kernel, axes, opset >= 19);
        attributes.put("kernel_shape", kernel);
        attributes.put("count_include_pad", (long) random.nextInt(2));
        roundUp(random, attributes);
        check(
                seed,
                new SingleNode(
                        "AveragePool", opset, attributes, inputs(floats(random, imageShape(random, axes, 2))), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void poolsWholeImages(long seed) throws OrtException {
        Random random = random(seed);
        String type = random.nextBoolean() ? "GlobalAveragePool" : "GlobalMaxPool";
        Tensor x = floats(random, imageShape(random, between(random, 1, 3), between(random, 1, 5)));
        check(seed, new SingleNode(type, 13, Map.of(), inputs(x), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void resizesToTheNearest(long seed) throws OrtException {
        Random random = random(seed);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("mode", "nearest");
        attributes.put("nearest_mode", pick(random, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"));
        attributes.put(
                "coordinate_transformation_mode",
                pick(random, "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"));
        check(seed, resize(random, attributes, random.nextBoolean() ? 13 : 11));
    }

    /** Scales that float cannot hold: whether a position falls on a pixel is a matter of rounding. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(floats = {1.2f, 1f / 3, 0.6f, 0.1f, 2.4f, 1.1f})
    void resizesToTheNearestByFractions(float scale) throws OrtException {
        float[] pixels = new float[60];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i;
        }
        for (int width : new int[] {10, 33, 60}) {
            Tensor x = FloatTensor.of(Shape.of(width), Arrays.copyOf(pixels, width));
            Tensor scales = FloatTensor.of(Shape.of(1), scale);
            for (String coordinates : List.of("half_pixel", "pytorch_half_pixel", "asymmetric")) {
                for (String rounding : List.of("round_prefer_floor", "floor", "ceil")) {
                    Map<String, Object> attributes = new LinkedHashMap<>();
                    attributes.put("mode", "nearest");
                    attributes.put("nearest_mode", rounding);
                    attributes.put("coordinate_transformation_mode", coordinates);
                    check(0, new SingleNode("Resize", 19, attributes, inputs(x, null, scales), 1));
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void resizesLinearlyAndCubically(long seed) throws OrtException {
        Random random = random(seed);
        Map<String, Object> attributes = new LinkedHashMap<>();
        boolean cubic = random.nextBoolean();
        attributes.put("mode", cubic ? "cubic" : "linear");
        if (cubic) {
            attributes.put("cubic_coeff_a", pick(random, -0.75f, -0.5f));
            attributes.put("exclude_outside", (long) random.nextInt(2));
        }
        attributes.put(
                "coordinate_transformation_mode",
                pick(random, "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"));
        check(seed, resize(random, attributes, random.nextBoolean() ? 13 : 11));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void resizesSymmetricallyByFractions(long seed) throws OrtException {
        Random random = random(seed);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("mode", pick(random, "nearest", "linear", "cubic"));
        attributes.put("coordinate_transformation_mode", "half_pixel_symmetric");
        Tensor x = floats(random, Shape.of(1, 2, between(random, 3, 9), between(random, 3, 9)));
        Tensor scales = FloatTensor.of(Shape.of(4), 1, 1, 0.5f + 2 * random.nextFloat(), 0.5f + 2 * random.nextFloat());
        check(seed, new SingleNode("Resize", 19, attributes, inputs(x, null, scales), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void resizesWithAntialiasAxesAndKeptAspectRatio(long seed) throws OrtException {
        Random random = random(seed);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("mode", pick(random, "linear", "cubic"));
        attributes.put("antialias", 1L);
        attributes.put(
                "coordinate_transformation_mode", pick(random, "half_pixel", "pytorch_half_pixel", "asymmetric"));
        String policy = pick(random, "stretch", "not_larger", "not_smaller");
        attributes.put("keep_aspect_ratio_policy", policy);
        // ONNX Runtime keeps no ratio of axes that count from the end.
        boolean fromEnd = policy.equals("stretch") && random.nextBoolean();
        attributes.put("axes", fromEnd ? new long[] {-2, -1} : new long[] {2, 3});
        Tensor x = floats(random, Shape.of(1, 2, between(random, 5, 20), between(random, 5, 20)));
        Tensor sizes = LongTensor.of(Shape.of(2), values(random, 2, 3, 20));
        check(seed, new SingleNode("Resize", 18, attributes, inputs(x, null, null, sizes), 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void upsamples(long seed) throws OrtException {
        Random random = random(seed);
        float[] scales = {1, 1, between(random, 2, 4), between(random, 1, 3)};
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("mode", pick(random, "nearest", "linear"));
        Tensor x = floats(random, Shape.of(2, 2, between(random, 2, 6), between(random, 2, 6)));
        switch (random.nextInt(3)) {
            case 0 -> {
                attributes.put("scales", scales);
                check(seed, new SingleNode("Upsample", 7, attributes, inputs(x), 1));
            }
            case 1 ->
                check(
                        seed,
                        new SingleNode("Upsample", 9, attributes, inputs(x, FloatTensor.of(Shape.of(4), scales)), 1));
            default ->
                check(
                        seed,
                        new SingleNode("Resize", 10, attributes, inputs(x, FloatTensor.of(Shape.of(4), scales)), 1));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void pads(long seed) throws OrtException {
        Random random = random(seed);
        Tensor x = floats(random, Shape.of(between(random, 3, 5), between(random, 3, 6), between(random, 3, 4)));
        String mode = pick(random, "constant", "reflect", "edge", "wrap");
        if (random.nextInt(3) == 0 && !mode.equals("wrap")) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            attributes.put("mode", mode);
            attributes.put("pads", values(random, 6, 0, 2));
            attributes.put("value", 2.5f);
            check(seed, new SingleNode("Pad", 10, attributes, inputs(x), 1));
        } else if (random.nextBoolean()) {
            Tensor pads = LongTensor.of(Shape.of(6), values(random, 6, mode.equals("constant") ? -1 : 0, 2));
            Tensor value = random.nextBoolean() ? FloatTensor.scalar(1.5f) : null;
            check(seed, new SingleNode("Pad", 19, Map.of("mode", mode), inputs(x, pads, value), 1));
        } else {
            Tensor pads = LongTensor.of(Shape.of(4), values(random, 4, 0, 2));
            Tensor axes = LongTensor.of(Shape.of(2), random.nextBoolean() ? new long[] {2, 0} : new long[] {-1, 1});
            check(seed, new SingleNode("Pad", 19, Map.of("mode", mode), inputs(x, pads, null, axes), 1));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void slices(long seed) throws OrtException {
        Random random = random(seed);
        Tensor x = floats(random, Shape.of(between(random, 1, 5), between(random, 1, 6), between(random, 1, 7)));
        int count = between(random, 1, 3);
        List<Long> order = new ArrayList<>(List.of(0L, -2L, 2L));
        Collections.shuffle(order, random);
        long[] axes = order.stream().limit(count).mapToLong(Long::longValue).toArray();
        long[] starts = values(random, count, -8, 8);
        long[] ends = values(random, count, -8, 8);
        if (random.nextInt(3) == 0) {
            starts[0] = 0;
            ends[0] = random.nextBoolean() ? Long.MAX_VALUE : Integer.MAX_VALUE;
        }
        if (random.nextInt(4) == 0) {
            long[] positive = order.stream()
                    .limit(count)
                    .mapToLong(axis -> axis < 0 ? axis + 3 : axis)
                    .toArray();
            Map<String, Object> attributes = new LinkedHashMap<>();
            attributes.put("starts", starts);
            attributes.put("ends", ends);
            attributes.put("axes", positive);
            check(seed, new SingleNode("Slice", 9, attributes, inputs(x), 1));
            return;
        }
        long[] steps = LongStream.generate(() -> pick(random, 1L, 2L, 3L, -1L, -2L, -100L))
                .limit(count)
                .toArray();
        check(
                seed,
                new SingleNode(
                        "Slice",
                        13,
                        Map.of(),
                        inputs(x, vector(starts), vector(ends), vector(axes), vector(steps)),
                        1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void splits(long seed) throws OrtException {
        Random random = random(seed);
        int parts = between(random, 2, 4);
        long axis = between(random, -2, 1);
        long[] sizes = values(random, parts, 1, 4);
        int whole = (int) LongStream.of(sizes).sum();
        Shape shape = axis == 0 || axis == -2 ? Shape.of(whole, 3) : Shape.of(3, whole);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("axis", axis);
        switch (random.nextInt(3)) {
            case 0 -> {
                attributes.put("split", sizes);
                check(seed, new SingleNode("Split", 11, attributes, inputs(floats(random, shape)), parts));
            }
            case 1 ->
                check(
                        seed,
                        new SingleNode("Split", 13, attributes, inputs(floats(random, shape), vector(sizes)), parts));
            default -> {
                attributes.put("num_outputs", (long) parts);
                int uneven = parts * between(random, 2, 3) - between(random, 0, 1);
                Shape other = axis == 0 || axis == -2 ? Shape.of(uneven, 3) : Shape.of(3, uneven);
                check(seed, new SingleNode("Split", 18, attributes, inputs(floats(random, other)), parts));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void reshapes(long seed) throws OrtException {
        Random random = random(seed);
        Tensor x = floats(random, Shape.of(between(random, 1, 3), 6, between(random, 1, 5)));
        int first = x.shape().dim(0);
        int last = x.shape().dim(2);
        SingleNode node =
                switch (random.nextInt(7)) {
                    case 0 ->
                        new SingleNode(
                                "Reshape",
                                14,
                                Map.of(),
                                inputs(x, vector(pick(random, new long[] {0, 2, -1}, new long[] {-1}, new long[] {
                                    first, 3, 2, last
                                }))),
                                1);
                    case 1 ->
                        new SingleNode("Flatten", 13, Map.of("axis", (long) between(random, -3, 3)), inputs(x), 1);
                    case 2 ->
                        new SingleNode(
                                "Transpose",
                                13,
                                random.nextBoolean()
                                        ? Map.of()
                                        : Map.of("perm", pick(random, new long[] {2, 0, 1}, new long[] {0, 2, 1})),
                                inputs(x),
                                1);
                    case 3 ->
                        new SingleNode(
                                "Unsqueeze",
                                13,
                                Map.of(),
                                inputs(x, vector(pick(random, new long[] {-1, 0}, new long[] {2, 1}))),
                                1);
                    case 4 ->
                        new SingleNode(
                                "Squeeze",
                                11,
                                random.nextBoolean() ? Map.of() : Map.of("axes", new long[] {0, -1}),
                                inputs(floats(random, Shape.of(1, between(random, 1, 3), 1))),
                                1);
                    case 5 -> new SingleNode("Tile", 13, Map.of(), inputs(x, vector(values(random, 3, 1, 3))), 1);
                    default ->
                        new SingleNode(
                                "Expand",
                                13,
                                Map.of(),
                                inputs(
                                        floats(random, Shape.of(first, 1, last)),
                                        vector(pick(
                                                random, new long[] {2, first, 4, 1}, new long[] {3, last}, new long[] {1
                                                }))),
                                1);
                };
        check(seed, node);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void gathersJoinsAndMovesBlocks(long seed) throws OrtException {
        Random random = random(seed);
        Tensor x = floats(random, Shape.of(4, between(random, 4, 6), 5));
        long axis = between(random, -3, 2);
        SingleNode node =
                switch (random.nextInt(5)) {
                    case 0 ->
                        new SingleNode(
                                "Gather",
                                13,
                                Map.of("axis", axis),
                                inputs(x, LongTensor.of(Shape.of(2, 3), values(random, 6, -4, 3))),
                                1);
                    case 1 ->
                        new SingleNode(
                                "GatherElements",
                                13,
                                Map.of("axis", axis),
                                inputs(x, LongTensor.of(Shape.of(3, 4, 2), values(random, 24, -4, 3))),
                                1);
                    case 2 -> {
                        int along = Shape.axis(axis, 3);
                        Tensor y = floats(random, x.shape().with(along, between(random, 0, 3)));
                        yield new SingleNode("Concat", 13, Map.of("axis", axis), inputs(x, y, x), 1);
                    }
                    case 3 ->
                        new SingleNode(
                                "DepthToSpace",
                                13,
                                Map.of("blocksize", 2L, "mode", pick(random, "DCR", "CRD")),
                                inputs(floats(random, Shape.of(2, 12, between(random, 1, 4), 3))),
                                1);
                    default ->
                        new SingleNode(
                                "SpaceToDepth",
                                13,
                                Map.of("blocksize", 3L),
                                inputs(floats(random, Shape.of(2, 2, 6, 3 * between(random, 1, 3)))),
                                1);
                };
        check(seed, node);
    }

    /** Sizes, or scales that give whole sizes: for others, ONNX and ONNX Runtime disagree about align_corners. */
    private static SingleNode resize(Random random, Map<String, Object> attributes, int opset) {
        Tensor x = floats(random, Shape.of(1, 2, 2 * between(random, 2, 5), 2 * between(random, 2, 5)));
        Tensor none = opset < 13 ? FloatTensor.of(Shape.of(0)) : null;
        if (random.nextBoolean()) {
            float[] scales = {1, 1, pick(random, 0.5f, 2f, 1.5f), pick(random, 0.5f, 1f, 3f)};
            return new SingleNode("Resize", opset, attributes, inputs(x, none, FloatTensor.of(Shape.of(4), scales)), 1);
        }
        Tensor sizes = LongTensor.of(Shape.of(4), 1, 2, between(random, 2, 17), between(random, 2, 17));
        return new SingleNode("Resize", opset, attributes, inputs(x, none, none, sizes), 1);
    }

    /** Attributes of a window that fits images of {@link #imageShape}, with pads smaller than the kernel. */
    private static Map<String, Object> window(Random random, long[] kernel, int axes, boolean dilated) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (random.nextInt(4) > 0) {
            attributes.put("strides", values(random, axes, 1, 3));
        }
        String autoPad = pick(random, "NOTSET", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
        // ONNX Runtime computes no automatic pads for dilated windows in every case.
        if (dilated && autoPad.equals("NOTSET") && random.nextBoolean()) {
            attributes.put("dilations", values(random, axes, 1, 2));
        }
        if (!autoPad.equals("NOTSET")) {
            attributes.put("auto_pad", autoPad);
        } else if (random.nextInt(3) > 0) {
            long[] pads = new long[2 * axes];
            for (int i = 0; i < pads.length; i++) {
                pads[i] = random.nextInt((int) kernel[i % axes]);
            }
            attributes.put("pads", pads);
        }
        return attributes;
    }

    private static void roundUp(Random random, Map<String, Object> attributes) {
        // ONNX Runtime rounds up even without padding, where the specification says that ceil_mode changes nothing.
        if (random.nextBoolean() && !"VALID".equals(attributes.get("auto_pad"))) {
            attributes.put("ceil_mode", 1L);
        }
    }

    private static Shape imageShape(Random random, int axes, int channels) {
        int[] shape = new int[2 + axes];
        shape[0] = between(random, 1, 2);
        shape[1] = channels;
        for (int axis = 2; axis < shape.length; axis++) {
            shape[axis] = between(random, 7, 12);
        }
        return Shape.of(shape);
    }

    private static Shape shape(long[] kernel, int first, int second) {
        return Shape.of(LongStream.concat(LongStream.of(first, second), LongStream.of(kernel))
                .toArray());
    }

    private static void check(long seed, SingleNode node) throws OrtException {
        String message = "seed " + seed + ": " + node;
        List<Tensor> actual = node.lanewise();
        List<Tensor> expected = node.runtime();
        assertEquals(expected.size(), actual.size(), message);
        for (int output = 0; output < expected.size(); output++) {
            assertClose(expected.get(output), actual.get(output), "output " + output + " of " + message);
        }
    }

    private static void assertClose(Tensor expected, Tensor actual, String message) {
        assertEquals(expected.elementType(), actual.elementType(), message);
        assertEquals(expected.shape(), actual.shape(), message);
        double largest = IntStream.range(0, expected.shape().size())
                .mapToDouble(i -> Math.abs(expected.doubleAt(i)))
                .max()
                .orElse(0);
        for (int i = 0; i < expected.shape().size(); i++) {
            double tolerance = expected.elementType().isInteger() ? 0 : TOLERANCE * largest;
            assertEquals(expected.doubleAt(i), actual.doubleAt(i), tolerance, "element " + i + ", " + message);
        }
    }

    private static Random random(long seed) {
        return new Random(new SplittableRandom(seed).nextLong());
    }

    private static int between(Random random, int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    private static long[] values(Random random, int count, int low, int high) {
        return LongStream.generate(() -> between(random, low, high))
                .limit(count)
                .toArray();
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static LongTensor vector(long... values) {
        return LongTensor.of(Shape.of(values.length), values);
    }

    private static List<@Nullable Tensor> inputs(@Nullable Tensor... tensors) {
        List<@Nullable Tensor> inputs = new ArrayList<>(Arrays.asList(tensors));
        while (inputs.get(inputs.size() - 1) == null) {
            inputs.remove(inputs.size() - 1);
        }
        return inputs;
    }

    private static FloatTensor floats(Random random, Shape shape) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return FloatTensor.of(shape, values);
    }

    private static LongTensor integers(Random random, ElementType type, Shape shape) {
        long[] values = LongStream.generate(() -> type.wrap(random.nextInt(256)))
                .limit(shape.size())
                .toArray();
        return new LongTensor(type, shape, values);
    }
}

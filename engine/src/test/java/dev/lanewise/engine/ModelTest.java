package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The public face of a loaded network, most of it with the example network. */
class ModelTest {

    private static final Model FASHION = Model.load(FashionMnist.MODEL);

    /** Abs, then a sum with a second input of the same batch size. */
    private static final Model TWO_INPUTS = Onnx.load(Onnx.model(Onnx.graph(
                    Onnx.node("Abs", List.of("x"), "a"),
                    Onnx.node("Constant", List.of(), "c")
                            .addAttribute(Onnx.attribute("value", Onnx.floats("", List.of(1L), 10))),
                    Onnx.node("Neg", List.of("c"), "negative"),
                    Onnx.node("Sum", List.of("a", "z", "negative"), "y"))
            .addInput(Onnx.value("z", DataType.FLOAT, "N", 4))));

    @Test
    void computesTheLogitsOfTheExample() throws IOException {
        double[][] expected = FashionMnist.logits();

        Tensor logits = FASHION.run(Map.of("input", FashionMnist.images(expected.length)))
                .get("logits");

        assertEquals(Shape.of(16, 10), logits.shape());
        for (int image = 0; image < expected.length; image++) {
            for (int label = 0; label < 10; label++) {
                assertEquals(
                        expected[image][label],
                        logits.doubleAt(image * 10 + label),
                        1e-4,
                        "image " + image + " label " + label);
            }
        }
    }

    @Test
    void computesTheSameBitsInEveryBatch() throws IOException {
        FloatTensor images = FashionMnist.images(3);
        float[] together = logits(images);
        for (int image = 0; image < 3; image++) {
            float[] pixels = Arrays.copyOfRange(images.data(), image * 784, (image + 1) * 784);

            float[] alone = logits(FloatTensor.of(Shape.of(1, 1, 28, 28), pixels));

            assertArrayEquals(Arrays.copyOfRange(together, image * 10, image * 10 + 10), alone);
        }
    }

    @Test
    void keepsTheBatchSymbolic() {
        assertEquals(
                new TensorType(
                        ElementType.FLOAT32,
                        List.of(Dimension.symbol("N"), Dimension.of(1), Dimension.of(28), Dimension.of(28))),
                FASHION.inputs().get(0).type());
        assertEquals(
                new TensorType(ElementType.FLOAT32, List.of(Dimension.symbol("N"), Dimension.of(10))),
                FASHION.outputs().get(0).type());
    }

    @Test
    void leavesOfTheExampleOnlyWhatKernelsWorkOn() {
        Map<String, Long> operators = FASHION.describe().layers().stream()
                .collect(Collectors.groupingBy(ModelDescription.Layer::operator, Collectors.counting()));

        assertEquals(
                Map.of("FusedConv", 22L, "ChannelShuffle", 3L, "GlobalAveragePool", 1L, "Flatten", 1L, "FusedGemm", 1L),
                operators);
    }

    @Test
    void describesGroupsKernelsAndCost() {
        ModelDescription description = FASHION.describe();
        List<ModelDescription.Layer> convolutions = description.layers().stream()
                .filter(layer -> layer.operator().equals("FusedConv"))
                .toList();

        // The stem: 16 kernels of 3x3 over one channel, at stride 2.
        ModelDescription.Layer stem = convolutions.get(0);
        assertEquals(1, stem.groups());
        assertEquals(List.of(3L, 3L), stem.kernel());
        assertEquals(16 * 9 + 16, stem.parameters());
        assertEquals(Optional.of(new Dimension(16 * 14 * 14 * 9, List.of("N"))), stem.multiplyAdds());
        assertEquals(2e-6 * 16 * 14 * 14 * 9, stem.megaflop().orElseThrow());
        assertEquals(
                9,
                convolutions.stream()
                        .filter(layer -> layer.groups() > 1 && layer.groups() < 32)
                        .count());
        assertEquals(
                description.multiplyAdds().orElseThrow().coefficient(),
                description.layers().stream()
                        .mapToLong(layer -> layer.multiplyAdds().orElseThrow().coefficient())
                        .sum());
    }

    @Test
    void describesForTheShapesThatItIsGiven() {
        ModelDescription one = FASHION.describe(Map.of("input", Shape.of(1, 1, 28, 28)));
        ModelDescription eight = FASHION.describe(Map.of("input", Shape.of(8, 1, 28, 28)));

        assertEquals(Dimension.of(8), eight.outputs().get(0).type().dimensions().get(0));
        assertEquals(
                8 * one.multiplyAdds().orElseThrow().size(),
                eight.multiplyAdds().orElseThrow().size());
        assertEquals(one.parameters(), eight.parameters());
        assertEquals(FASHION.describe().megaflop().orElseThrow(), one.megaflop().orElseThrow());
    }

    @Test
    void refusesToDescribeShapesThatDoNotFit() {
        String message = assertThrows(
                        ModelException.class, () -> FASHION.describe(Map.of("input", Shape.of(1, 3, 28, 28))))
                .getMessage();

        assertTrue(
                message.contains("input 'input' has shape 1x3x28x28, but the model wants FLOAT32[N,1,28,28]"), message);
    }

    @Test
    void namesTheOperatorThatMakesAValue() {
        assertEquals(Optional.of("Gemm"), FASHION.producer("logits"));
        assertEquals(Optional.empty(), FASHION.producer("input"));
    }

    @Test
    void namesTheOperatorThatComputesAValue() {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("test")
                .addInput(Onnx.value("x", DataType.FLOAT, 1, 4))
                .addInitializer(Onnx.longs("axes", 2))
                .addInitializer(Onnx.longs("shape", 1, 4))
                .addNode(Onnx.node("Softmax", List.of("x"), "softmax"));
        String last = "softmax";
        for (String type : List.of("Identity", "Dropout", "Unsqueeze", "Squeeze", "Flatten", "Cast", "Reshape")) {
            List<String> inputs = type.endsWith("queeze")
                    ? List.of(last, "axes")
                    : type.equals("Reshape") ? List.of(last, "shape") : List.of(last);
            NodeProto.Builder node = Onnx.node(type, inputs, type);
            graph.addNode(type.equals("Cast") ? node.addAttribute(Onnx.attribute("to", 1)) : node);
            last = type;
        }
        graph.addNode(Onnx.node("Relu", List.of(last), "relu"))
                .addNode(Onnx.node("Dropout", List.of("x"), "kept", "mask"));
        graph.addOutput(Onnx.value("relu", DataType.FLOAT, 1, 4)).addOutput(Onnx.value("mask", DataType.BOOL, 1, 4));
        Model model = Onnx.load(Onnx.model(13, graph));

        assertEquals(Optional.of("Reshape"), model.producer("Reshape"));
        assertEquals(Optional.of("Softmax"), model.computer("Reshape"));
        assertEquals(Optional.of("Softmax"), model.computer("softmax"));
        assertEquals(Optional.of("Relu"), model.computer("relu"));
        assertEquals(Optional.empty(), model.computer("kept"));
        assertEquals(Optional.of("Dropout"), model.computer("mask"));
    }

    @Test
    void computesValuesBetweenTheNodes() {
        Map<String, Tensor> inputs = Map.of("x", row(1, -2, 3, -4), "z", row(100, 100, 100, 100));

        Map<String, Tensor> values = TWO_INPUTS.run(inputs, List.of("y", "a", "negative", "c", "x"));

        assertEquals(List.of("y", "a", "negative", "c", "x"), List.copyOf(values.keySet()));
        assertArrayEquals(new float[] {91, 92, 93, 94}, floats(values, "y"));
        assertArrayEquals(new float[] {1, 2, 3, 4}, floats(values, "a"));
        // Both were folded away, and are known all the same.
        assertArrayEquals(new float[] {-10}, floats(values, "negative"));
        assertArrayEquals(new float[] {10}, floats(values, "c"));
        assertArrayEquals(new float[] {1, -2, 3, -4}, floats(values, "x"));
    }

    @Test
    void computesEveryValueOfTheExamplesFile() throws IOException {
        FloatTensor image = FashionMnist.images(1);
        List<String> shapes = FASHION.values().stream()
                .filter(value -> FASHION.producer(value).filter("Shape"::equals).isPresent())
                .toList();
        assertFalse(shapes.isEmpty());

        Map<String, Tensor> values = FASHION.run(Map.of("input", image), FASHION.values());

        for (String shape : shapes) {
            assertEquals(1, values.get(shape).longAt(0));
        }
        // The file's own nodes computed them all: the convolutions that took in their residuals round a little
        // otherwise.
        assertArrayEquals(logits(image), ((FloatTensor) values.get("logits")).data(), 1e-5f);
    }

    @Test
    void refusesToComputeAValueThatIsNotInTheGraph() {
        Map<String, Tensor> inputs = Map.of("x", row(1, 2, 3, 4), "z", row(1, 2, 3, 4));

        String message = assertThrows(ModelException.class, () -> TWO_INPUTS.run(inputs, List.of("ghost")))
                .getMessage();

        assertTrue(message.contains("no value named 'ghost'"), message);
    }

    @Test
    void refusesInputsThatDoNotFit() {
        Tensor good = row(1, 2, 3, 4);
        Tensor tall = FloatTensor.of(Shape.of(2, 4), new float[8]);
        Map<String, Map<String, Tensor>> wrong = new LinkedHashMap<>();
        wrong.put("input 'z' is missing; the model wants 'x' FLOAT32[N,4], 'z' FLOAT32[N,4]", Map.of("x", good));
        wrong.put("there is no input 'w'", Map.of("x", good, "z", good, "w", good));
        wrong.put(
                "input 'x' is INT64 1x4, but the model wants FLOAT32[N,4]",
                Map.of("x", LongTensor.of(Shape.of(1, 4), 1, 2, 3, 4), "z", good));
        wrong.put(
                "input 'x' has shape 4, but the model wants FLOAT32[N,4]",
                Map.of("x", good.reshape(Shape.of(4)), "z", good));
        wrong.put(
                "input 'x' has shape 2x2, but the model wants FLOAT32[N,4]",
                Map.of("x", good.reshape(Shape.of(2, 2)), "z", good));
        wrong.put("where N is 1 already", Map.of("x", good, "z", tall));
        wrong.forEach((expected, inputs) -> {
            String message = assertThrows(ModelException.class, () -> TWO_INPUTS.run(inputs))
                    .getMessage();

            assertTrue(message.contains(expected), message);
        });
    }

    @Test
    void takesAnyShapeForAnInputThatNothingReads() {
        Model model = Onnx.load(Onnx.model(
                Onnx.graph(Onnx.node("Abs", List.of("x"), "y")).addInput(Onnx.value("unread", DataType.FLOAT, 3, 4))));

        Map<String, Tensor> outputs = model.run(Map.of("x", row(1, -2, 3, -4), "unread", FloatTensor.scalar(1)));

        assertArrayEquals(new float[] {1, 2, 3, 4}, floats(outputs, "y"));
    }

    private static FloatTensor row(float... values) {
        return FloatTensor.of(Shape.of(1, values.length), values);
    }

    private static float[] floats(Map<String, Tensor> values, String name) {
        return ((FloatTensor) values.get(name)).data();
    }

    private static float[] logits(Tensor images) {
        return floats(FASHION.run(Map.of("input", images)), "logits");
    }
}

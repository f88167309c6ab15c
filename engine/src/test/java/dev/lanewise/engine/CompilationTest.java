package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lanewise.engine.UnsupportedOperatorsException.UnsupportedNode;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left of small graphs after compilation, and that it computes the same. */
class CompilationTest {

    /** The target {@code [dimension 0 of x, 2, 2]}, as exporters write it. */
    private static final List<NodeProto.Builder> BATCH_BY_TWO_BY_TWO = List.of(
            Onnx.node("Shape", List.of("x"), "shape"),
            Onnx.node("Gather", List.of("shape", "zero"), "batch"),
            Onnx.node("Concat", List.of("batch", "twos"), "target").addAttribute(Onnx.attribute("axis", 0)));

    @Test
    void foldsWhatDependsOnConstantsOnly() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(
                        Onnx.node("Neg", List.of("w"), "negative"),
                        Onnx.node("Abs", List.of("negative"), "absolute"),
                        Onnx.node("Add", List.of("x", "absolute"), "y"))
                .addInitializer(Onnx.floats("w", List.of(4L), 1, -2, 3, -4))));

        assertEquals(List.of("Add"), operators(model));
        assertArrayEquals(new float[] {1, 2, 3, 4}, data(run(model, "y", 1)));
    }

    @Test
    void dropsNodesOnWhichNoOutputDepends() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(
                Onnx.node("Abs", List.of("x"), "unused"),
                Onnx.node("Neg", List.of("unused"), "unused too"),
                Onnx.node("Relu", List.of("x"), "y"))));

        assertEquals(List.of("Relu"), operators(model));
    }

    @Test
    void turnsAComputedTargetShapeIntoAConstant() {
        GraphProto.Builder graph = computedTarget(Onnx.node("Reshape", List.of("x", "target"), "y"));

        Model model = Onnx.load(Onnx.model(graph));

        assertEquals(List.of("Reshape"), operators(model));
        assertEquals(
                List.of(Dimension.symbol("N"), Dimension.of(2), Dimension.of(2)),
                model.outputs().get(0).type().dimensions());
        for (int batch : new int[] {0, 1, 3}) {
            assertEquals(Shape.of(batch, 2, 2), run(model, "y", batch).shape());
        }
    }

    @Test
    void turnsAnExpansionToItsOwnBatchIntoAConstant() {
        GraphProto.Builder graph =
                Onnx.graph(Onnx.node("Shape", List.of("x"), "shape"), Onnx.node("Expand", List.of("x", "shape"), "y"));

        Model model = Onnx.load(Onnx.model(graph));

        assertEquals(List.of("Expand"), operators(model));
        assertEquals(Shape.of(3, 4), run(model, "y", 3).shape());
    }

    @Test
    void keepsShapesThatOnlyTheRunKnows() {
        GraphProto.Builder swapped = Onnx.graph(
                        Onnx.node("Shape", List.of("x"), "shape"),
                        Onnx.node("Gather", List.of("shape", "swap"), "target"),
                        Onnx.node("Reshape", List.of("x", "target"), "y"))
                .addInitializer(Onnx.longs("swap", 1, 0));
        swapped.setInput(0, Onnx.value("x", DataType.FLOAT, "H", "W"));
        GraphProto.Builder broadcast = Onnx.graph(
                        Onnx.node("Shape", List.of("x"), "shape"), Onnx.node("Expand", List.of("row", "shape"), "y"))
                .addInitializer(Onnx.floats("row", List.of(1L, 4L), 1, 2, 3, 4));

        Model swap = Onnx.load(Onnx.model(swapped));
        Model rows = Onnx.load(Onnx.model(broadcast));

        assertEquals(List.of("Shape", "Gather", "Reshape"), operators(swap));
        assertEquals(Shape.of(4, 3), run(swap, "y", 3).shape());
        assertEquals(List.of("Shape", "Expand"), operators(rows));
        assertArrayEquals(new float[] {1, 2, 3, 4, 1, 2, 3, 4}, data(run(rows, "y", 2)));
    }

    @Test
    void neverReshapesWhatDoesNotFitOnlyBecauseABatchMakesItDivisible() {
        // [N, 4] into [N, 2, 4]: with N = 2, eight elements would make a [1, 2, 4].
        GraphProto.Builder graph = computedTarget(Onnx.node("Reshape", List.of("x", "target"), "y"))
                .setInitializer(0, Onnx.longs("twos", 2, 4));

        String message = assertThrows(ModelException.class, () -> run(Onnx.load(Onnx.model(graph)), "y", 2))
                .getMessage();

        assertTrue(message.contains("Reshape 'the Reshape'"), message);
    }

    @Test
    void keepsAFixedBatchFixed() {
        GraphProto.Builder graph =
                Onnx.graph(Onnx.node("Relu", List.of("x"), "y")).setInput(0, Onnx.value("x", DataType.FLOAT, 1, 4));

        Model model = Onnx.load(Onnx.model(graph));

        assertEquals(
                List.of(Dimension.of(1), Dimension.of(4)),
                model.outputs().get(0).type().dimensions());
        assertThrows(ModelException.class, () -> run(model, "y", 2));
    }

    @Test
    void doesNotFoldConstantsThatWouldFillTheHeap() {
        GraphProto.Builder graph = Onnx.graph(
                        Onnx.node("ConstantOfShape", List.of("huge"), "zeros"),
                        Onnx.node("ReduceSum", List.of("zeros"), "sum"),
                        Onnx.node("Add", List.of("x", "sum"), "y"))
                .addInitializer(Onnx.longs("huge", 40_000, 40_000));

        Model model = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Onnx.load(Onnx.model(graph)));

        assertEquals(List.of("ConstantOfShape", "ReduceSum", "Add"), operators(model));
    }

    @Test
    void foldsManyLargeConstantsOnlyUpToALimit() {
        GraphProto.Builder graph = Onnx.graph().addInitializer(Onnx.longs("large", 3_000, 3_000));
        graph.addNode(Onnx.node("Identity", List.of("x"), "y"));
        for (int i = 0; i < 100; i++) {
            graph.addNode(Onnx.node("ConstantOfShape", List.of("large"), "zeros" + i))
                    .addOutput(Onnx.value("zeros" + i, DataType.FLOAT, 3_000, 3_000));
        }

        Model model = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Onnx.load(Onnx.model(graph)));

        // 16 Mi elements hold one of nine million.
        assertEquals(
                99, operators(model).stream().filter("ConstantOfShape"::equals).count());
    }

    @Test
    void doesNotFoldProductsThatTakeTooLong() {
        GraphProto.Builder graph = Onnx.graph(
                        Onnx.node("ConstantOfShape", List.of("large"), "zeros"),
                        Onnx.node("MatMul", List.of("zeros", "zeros"), "product"),
                        Onnx.node("ReduceSum", List.of("product"), "sum"),
                        Onnx.node("Add", List.of("x", "sum"), "y"))
                .addInitializer(Onnx.longs("large", 2_000, 2_000));

        Model model = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Onnx.load(Onnx.model(graph)));

        assertEquals(List.of("MatMul", "ReduceSum", "Add"), operators(model));
    }

    @Test
    void namesEveryNodeWhoseInputsAreBeyondWhatIsRun() {
        GraphProto.Builder graph = Onnx.graph(
                        Onnx.node("Conv", List.of("x", "w"), "a").setName("first"),
                        Onnx.node("Relu", List.of("a"), "y"),
                        Onnx.node("Conv", List.of("x", "w"), "z").setName("second"))
                .setInput(0, Onnx.value("x", DataType.FLOAT, "N", 1, 5, 6, 7))
                .addInitializer(Onnx.floats("w", List.of(1L, 1L, 1L, 1L, 1L), 1));

        UnsupportedOperatorsException refused =
                assertThrows(UnsupportedOperatorsException.class, () -> Onnx.load(Onnx.model(graph)));

        assertEquals(
                List.of("first", "second"),
                refused.nodes().stream().map(UnsupportedNode::name).toList());
        assertEquals(17, refused.nodes().get(0).opset());
    }

    @Test
    void countsMultiplyAddsOfMatrixProducts() {
        GraphProto.Builder graph = Onnx.graph(
                        Onnx.node("Gemm", List.of("x", "w"), "h").addAttribute(Onnx.attribute("transB", 1)),
                        Onnx.node("MatMul", List.of("h", "v"), "y"))
                .addInitializer(Onnx.floats("w", List.of(3L, 4L), new float[12]))
                .addInitializer(Onnx.floats("v", List.of(3L, 5L), new float[15]));

        ModelDescription description = Onnx.load(Onnx.model(graph)).describe();

        assertEquals(
                List.of(new Dimension(12, List.of("N")), new Dimension(15, List.of("N"))),
                description.layers().stream()
                        .map(layer -> layer.multiplyAdds().orElseThrow())
                        .toList());
        assertEquals(12 + 15, description.parameters());
        assertEquals(2e-6 * 27, description.megaflop().orElseThrow());
    }

    @Test
    void countsMultiplyAddsOfTransposedConvolutions() {
        GraphProto.Builder graph = Onnx.graph(
                        Onnx.node("ConvTranspose", List.of("x", "w"), "y").addAttribute(Onnx.attribute("group", 2)))
                .setInput(0, Onnx.value("x", DataType.FLOAT, "N", 4, 5, 6))
                .addInitializer(Onnx.floats("w", List.of(4L, 3L, 2L, 2L), new float[48]));

        ModelDescription.Layer layer =
                Onnx.load(Onnx.model(graph)).describe().layers().get(0);

        // Each of the 4x5x6 inputs meets 2x2 taps of its group's three channels.
        assertEquals(
                new Dimension(120 * 3 * 4, List.of("N")), layer.multiplyAdds().orElseThrow());
        assertEquals(2, layer.groups());
        assertEquals(List.of(2L, 2L), layer.kernel());
    }

    @Test
    void describesTheWindowOfPoolings() {
        GraphProto.Builder graph = Onnx.graph(Onnx.node("MaxPool", List.of("x"), "y")
                        .addAttribute(Onnx.attribute("kernel_shape", List.of(3L, 2L))))
                .setInput(0, Onnx.value("x", DataType.FLOAT, "N", 4, 5, 6));

        ModelDescription.Layer layer =
                Onnx.load(Onnx.model(graph)).describe().layers().get(0);

        assertEquals(List.of(3L, 2L), layer.kernel());
        assertEquals(0, layer.groups());
        assertEquals(0, layer.parameters());
    }

    private static GraphProto.Builder computedTarget(NodeProto.Builder reshape) {
        GraphProto.Builder graph = Onnx.graph();
        BATCH_BY_TWO_BY_TWO.forEach(graph::addNode);
        return graph.addNode(reshape).addInitializer(Onnx.longs("twos", 2, 2)).addInitializer(Onnx.longs("zero", 0));
    }

    private static List<String> operators(Model model) {
        return model.describe().layers().stream()
                .map(ModelDescription.Layer::operator)
                .toList();
    }

    private static Tensor run(Model model, String output, int batch) {
        Tensor x = FloatTensor.of(Shape.of(batch, 4), new float[4 * batch]);
        return model.run(Map.of("x", x)).get(output);
    }

    private static float[] data(Tensor tensor) {
        return ((FloatTensor) tensor).data();
    }
}

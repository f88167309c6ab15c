package dev.lanewise.engine.compile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.lanewise.engine.graph.ArgExtreme;
import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.ChannelShuffle;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.FusedGemm;
import dev.lanewise.engine.graph.Gather;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.LocalResponseNormalization;
import dev.lanewise.engine.graph.MatMul;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Softmax;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.Squeeze;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BatchAxisTest {

    private static final Activation NONE = new Activation.None();

    /** From a graph with input {@code [N,4,6,6]} to the name of its output. */
    @FunctionalInterface
    private interface Tail {
        String of(TestGraph graph, String x);
    }

    private static Arguments tail(String name, Tail tail) {
        return argumentSet(name, tail);
    }

    static List<Arguments> independent() {
        return List.of(
                tail("convolution", (g, x) -> g.convolution(x, 4, 8)),
                tail(
                        "convolution with residual",
                        (g, x) -> g.node(
                                new FusedConvolution(TestGraph.window(1), true, NONE), x, g.floats(4, 4, 3, 3), "", x)),
                tail(
                        "convolution with prologue and residual",
                        (g, x) -> g.node(
                                new FusedConvolution(TestGraph.window(1), new Prologue(true, NONE), true, NONE),
                                x,
                                g.floats(4, 4, 3, 3),
                                "",
                                x,
                                g.floats(4),
                                g.floats(4))),
                tail(
                        "max pooling",
                        (g, x) -> g.node(new MaxPooling(TestGraph.slidingWindow(List.of(2, 2), 0), false, false), x)),
                tail(
                        "average pooling",
                        (g, x) -> g.node(new AveragePooling(TestGraph.slidingWindow(List.of(2, 2), 0), true), x)),
                tail("global pooling", (g, x) -> g.node(new GlobalPooling(GlobalPooling.Function.AVERAGE), x)),
                tail("function", (g, x) -> g.node(Unary.of(UnaryFunction.EXP), x)),
                tail("cast", (g, x) -> g.node(new Cast(ElementType.FLOAT64), x)),
                tail("identity", (g, x) -> g.node(new Identity(), x)),
                tail("dropout", (g, x) -> g.node(new Dropout(), x)),
                tail("normalization", (g, x) -> g.node(new LocalResponseNormalization(3, 1, 1, 1), x)),
                tail("channel shuffle", (g, x) -> g.node(new ChannelShuffle(2), x)),
                tail("sum of images", (g, x) -> g.node(Binary.of(BinaryFunction.ADD), x, x)),
                tail("fused sum of images", (g, x) -> g.node(new FusedBinary(BinaryFunction.ADD, NONE), x, x)),
                tail(
                        "sum with a constant of lower rank",
                        (g, x) -> g.node(Binary.of(BinaryFunction.ADD), x, g.floats(4, 1, 1))),
                tail(
                        "sum with a constant row",
                        (g, x) -> g.node(Binary.of(BinaryFunction.ADD), g.floats(1, 4, 1, 1), x)),
                tail("concatenated channels", (g, x) -> g.node(new Concat(-3), x, x)),
                tail("split channels", (g, x) -> g.node(new Split(1, 1), x)),
                tail("softmax over channels", (g, x) -> g.node(new Softmax(1, false, false), x)),
                tail("transposed pixels", (g, x) -> g.node(new Transpose(List.of(0, 1, 3, 2)), x)),
                tail("flattened image", (g, x) -> g.node(new Flatten(1), x)),
                tail("reshaped image", (g, x) -> g.node(new Reshape(false), x, g.longs(0, 2, 2, 36))),
                tail("reshaped with the rest as batch", (g, x) -> g.node(new Reshape(false), x, g.longs(-1, 144))),
                tail("unsqueezed image", (g, x) -> g.node(new Unsqueeze(), x, g.longs(1))),
                tail(
                        "fully connected layer",
                        (g, x) -> g.node(new FusedGemm(false, NONE), g.node(new Flatten(1), x), g.floats(144, 10))));
    }

    static List<Arguments> dependent() {
        return List.of(
                tail("concatenated batches", (g, x) -> g.node(new Concat(0), x, x)),
                tail("concatenated batches, counted from the end", (g, x) -> g.node(new Concat(-4), x, x)),
                tail("softmax over the batch", (g, x) -> g.node(new Softmax(0, false, false), x)),
                tail("softmax over everything", (g, x) -> g.node(new Softmax(-4, true, false), x)),
                tail("transposed batch", (g, x) -> g.node(new Transpose(List.of(1, 0, 2, 3)), x)),
                tail("transposed by default", (g, x) -> g.node(new Transpose(List.of()), x)),
                tail("flattened batch", (g, x) -> g.node(new Flatten(0), x)),
                tail("flattened images", (g, x) -> g.node(new Flatten(2), x)),
                tail("batch among the channels", (g, x) -> g.node(new Reshape(false), x, g.longs(4, -1, 6, 6))),
                tail("unsqueezed batch", (g, x) -> g.node(new Unsqueeze(), x, g.longs(0))),
                tail("squeezed wherever it can be", (g, x) -> g.node(new Squeeze(), x)),
                tail("product of images", (g, x) -> g.node(new MatMul(), x, x)),
                tail(
                        "sum with a batch of constants",
                        (g, x) -> g.node(Binary.of(BinaryFunction.ADD), x, g.floats(3, 4, 6, 6))),
                tail(
                        "sum with other axes",
                        (g, x) -> g.node(
                                Binary.of(BinaryFunction.ADD),
                                x,
                                g.node(
                                        new GlobalPooling(GlobalPooling.Function.MAX),
                                        g.node(new Transpose(List.of(1, 0, 2, 3)), x)))),
                tail("best image", (g, x) -> g.node(new ArgExtreme(true, 0, true, false), x)),
                tail("one image of the batch", (g, x) -> g.node(new Gather(0), x, g.longs(0))),
                tail("constant", (g, x) -> g.floats(1, 3)));
    }

    @ParameterizedTest
    @MethodSource
    void independent(Tail tail) {
        assertTrue(rowsAreIndependent(tail));
    }

    @ParameterizedTest
    @MethodSource
    void dependent(Tail tail) {
        assertFalse(rowsAreIndependent(tail));
    }

    @Test
    void aFixedBatchIsNotTakenApart() {
        GraphValue x =
                new GraphValue("x", new TensorType(ElementType.FLOAT32, List.of(Dimension.of(8), Dimension.of(3))));
        Graph graph = new Graph("test", 17, List.of(x), List.of(x), List.of(), Map.of());
        assertFalse(BatchAxis.rowsAreIndependent(graph, ShapeInference.infer(graph)));
    }

    @Test
    void inputsMustHaveOneBatch() {
        assertTrue(ofInputs(Dimension.symbol("N"), Dimension.symbol("N")));
        assertFalse(ofInputs(Dimension.symbol("N"), Dimension.symbol("M")));
        assertFalse(ofInputs(Dimension.symbol("N"), Dimension.of(1)));
    }

    @Test
    void noOtherAxisMayGrowWithTheBatch() {
        Dimension batch = Dimension.symbol("N");
        GraphValue x = new GraphValue("x", new TensorType(ElementType.FLOAT32, List.of(batch, batch)));
        Graph graph = new Graph("test", 17, List.of(x), List.of(x), List.of(), Map.of());
        assertFalse(BatchAxis.rowsAreIndependent(graph, ShapeInference.infer(graph)));
    }

    private static boolean ofInputs(Dimension first, Dimension second) {
        Function<Dimension, TensorType> type =
                batch -> new TensorType(ElementType.FLOAT32, List.of(batch, Dimension.of(3)));
        List<GraphValue> inputs =
                List.of(new GraphValue("x", type.apply(first)), new GraphValue("y", type.apply(second)));
        Graph graph = new Graph("test", 17, inputs, inputs, List.of(), Map.of());
        return BatchAxis.rowsAreIndependent(graph, ShapeInference.infer(graph));
    }

    private static boolean rowsAreIndependent(Tail tail) {
        TestGraph builder = new TestGraph();
        String x = builder.input(4, 6, 6);
        Graph graph = builder.to(tail.of(builder, x));
        return BatchAxis.rowsAreIndependent(graph, ShapeInference.infer(graph));
    }
}

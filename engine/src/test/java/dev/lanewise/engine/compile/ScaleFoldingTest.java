package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static dev.lanewise.engine.compile.TestGraph.window;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TransposedConvolution;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleFoldingTest {

    private static final int CHANNELS = 6;
    private static final BatchNormalization NORMALIZATION = new BatchNormalization(1e-3f);
    private static final Binary ADD = Binary.of(BinaryFunction.ADD);
    private static final Binary MUL = Binary.of(BinaryFunction.MUL);
    private static final Convolution CONVOLUTION = window(1);

    private final TestGraph graph = new TestGraph();

    /** As wide as there are channels, so that a constant row is taken for one of channels only by mistake. */
    private final String x = graph.input(4, 5, CHANNELS);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void foldsBatchNormalization(boolean biased) {
        String weights = graph.floats(CHANNELS, 2, 3, 3);
        Convolution grouped = new Convolution(CONVOLUTION.window(), 2);
        String y = biased ? graph.node(grouped, x, weights, graph.floats(CHANNELS)) : graph.node(grouped, x, weights);
        assertLeaves(ScaleFolding::apply, graph.to(normalized(y)), grouped);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADD", "SUB", "MUL", "DIV"})
    void foldsAConstantForEachChannel(BinaryFunction function) {
        Binary operator = Binary.of(function);
        String y = graph.node(operator, convolution(), graph.positives(CHANNELS, 1, 1));
        y = graph.node(operator, y, graph.positives(1, CHANNELS, 1, 1));
        y = graph.node(operator, y, graph.scalar(1.5f));
        y = graph.node(new Binary(function, OptionalInt.of(1)), y, graph.positives(CHANNELS));

        assertLeaves(ScaleFolding::apply, graph.to(y), CONVOLUTION);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADD", "SUB", "MUL"})
    void foldsAConstantOnTheLeft(BinaryFunction function) {
        String y = graph.node(Binary.of(function), graph.floats(CHANNELS, 1, 1), convolution());

        assertLeaves(ScaleFolding::apply, graph.to(y), CONVOLUTION);
    }

    @Test
    void foldsAfterOneDimensionalConvolutions() {
        String flat =
                graph.node(new Convolution(TestGraph.PLAIN, 1), graph.input(4, CHANNELS), graph.floats(CHANNELS, 4, 3));

        Graph built = graph.to(normalized(graph.node(MUL, flat, graph.floats(CHANNELS, 1))));

        assertLeaves(ScaleFolding::apply, built, new Convolution(TestGraph.PLAIN, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void foldsIntoTransposedConvolutions(int groups) {
        TransposedConvolution transposed = new TransposedConvolution(TestGraph.PLAIN, groups, List.of(), List.of());
        String y = graph.node(transposed, x, graph.floats(4, CHANNELS / groups, 3, 3));

        assertLeaves(ScaleFolding::apply, graph.to(normalized(y)), transposed);
    }

    @Test
    void sharesWeightsThatOnlyGetABias() {
        Graph built = graph.to(graph.node(ADD, convolution(), graph.floats(CHANNELS, 1, 1)));

        Graph result = assertLeaves(ScaleFolding::apply, built, CONVOLUTION);

        Node before = built.nodes().get(0);
        Node after = result.nodes().get(0);
        assertEquals(before.name(), after.name());
        assertSame(
                built.constants().get(before.inputs().get(1)),
                result.constants().get(after.inputs().get(1)));
    }

    @Test
    void keepsConstantsAlongOtherAxes() {
        assertKept(ADD, graph.floats(CHANNELS));
        assertKept(ADD, graph.floats(1, 1, CHANNELS));
        assertKept(ADD, graph.floats(5, 1));
        assertKept(ADD, graph.floats(CHANNELS, 5, 1));
        assertKept(ADD, graph.floats(1, 1, CHANNELS, 1, 1));
        assertKept(ADD, graph.floats(1, 1, 1, 1, 1));
        assertKept(new Binary(BinaryFunction.ADD, OptionalInt.of(3)), graph.floats(CHANNELS));
    }

    @Test
    void keepsFunctionsThatDoNotScale() {
        assertKept(Binary.of(BinaryFunction.MAX), graph.floats(CHANNELS, 1, 1));
        assertKeeps(
                ScaleFolding::apply,
                graph.to(graph.node(Binary.of(BinaryFunction.DIV), graph.positives(CHANNELS, 1, 1), convolution())));
    }

    @Test
    void keepsOperandsThatAreNoConstants() {
        assertKept(MUL, graph.input(CHANNELS, 1, 1));
        String statistics = graph.floats(CHANNELS);
        assertKeeps(
                ScaleFolding::apply,
                graph.to(graph.node(
                        NORMALIZATION,
                        convolution(),
                        statistics,
                        statistics,
                        graph.input(),
                        graph.positives(CHANNELS))));
    }

    @Test
    void keepsFactorsThatAreNotFinite() {
        assertKept(Binary.of(BinaryFunction.DIV), graph.scalar(0));
        assertKept(MUL, graph.scalar(Float.POSITIVE_INFINITY));
        assertKept(MUL, graph.scalar(Float.MAX_VALUE));
    }

    @Test
    void keepsConvolutionsThatOthersRead() {
        String convolution = convolution();
        String other = graph.node(Unary.of(UnaryFunction.ABS), convolution);

        assertKeeps(ScaleFolding::apply, graph.to(normalized(convolution), other));
    }

    @Test
    void keepsConvolutionsThatAreOutputs() {
        String convolution = convolution();

        assertKeeps(ScaleFolding::apply, graph.to(normalized(convolution), convolution));
    }

    @Test
    void keepsConvolutionsWhoseWeightsOrBiasOnlyTheRunKnows() {
        TestGraph open = new TestGraph();
        String image = open.input(4, 5, 6);
        String kernels = open.input(4, 3, 3);
        String bias = open.input();
        String y = open.node(MUL, open.node(CONVOLUTION, image, kernels), open.scalar(2));
        String z = open.node(MUL, open.node(CONVOLUTION, image, open.floats(3, 4, 3, 3), bias), open.scalar(2));

        assertKeeps(ScaleFolding::apply, open.to(y, z));
    }

    @Test
    void roundsEachWeightOnce() {
        String weights = graph.constant(FloatTensor.of(Shape.of(1, 4, 1, 1), new float[] {0.1f, 0.2f, 0.3f, -7}));
        String y = graph.node(Binary.of(BinaryFunction.DIV), graph.node(window(0), x, weights), graph.scalar(3));
        Graph built = graph.to(y);

        Graph result = ScaleFolding.apply(built, ShapeInference.infer(built));

        Node folded = result.nodes().get(0);
        FloatTensor scaled =
                (FloatTensor) result.constants().get(folded.inputs().get(1));
        assertEquals((float) (0.1f * (1.0 / 3)), scaled.data()[0]);
        assertEquals((float) (-7 * (1.0 / 3)), scaled.data()[3]);
    }

    /** A new one, which nothing reads yet. */
    private String convolution() {
        return graph.convolution(x, 4, CHANNELS);
    }

    private void assertKept(Binary operator, String constant) {
        assertKeeps(ScaleFolding::apply, graph.to(graph.node(operator, convolution(), constant)));
    }

    private String normalized(String value) {
        return graph.node(
                NORMALIZATION,
                value,
                graph.floats(CHANNELS),
                graph.floats(CHANNELS),
                graph.floats(CHANNELS),
                graph.positives(CHANNELS));
    }
}

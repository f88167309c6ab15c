package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Clip;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.Activation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationRecognitionTest {

    private static final Binary ADD = Binary.of(BinaryFunction.ADD);
    private static final Binary MUL = Binary.of(BinaryFunction.MUL);
    private static final Binary DIV = Binary.of(BinaryFunction.DIV);
    private static final Unary SIGMOID = Unary.of(UnaryFunction.SIGMOID);
    private static final Activate SIX = new Activate(new Activation.Clip(0, 6));
    private static final Activate HARD_SIGMOID = new Activate(new Activation.HardSigmoid(1 / 6f, 0.5f));
    private static final Activate HARD_SWISH = new Activate(new Activation.HardSwish());
    private static final Activate SILU = new Activate(new Activation.Silu());

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);

    static Stream<Arguments> unary() {
        return Stream.of(
                Arguments.of(Unary.of(UnaryFunction.RELU), new Activation.Relu()),
                Arguments.of(new Unary(UnaryFunction.LEAKY_RELU, 0.1f, 0), new Activation.LeakyRelu(0.1f)),
                Arguments.of(new Unary(UnaryFunction.HARD_SIGMOID, 0.2f, 0.4f), new Activation.HardSigmoid(0.2f, 0.4f)),
                Arguments.of(Unary.of(UnaryFunction.HARD_SWISH), new Activation.HardSwish()),
                Arguments.of(SIGMOID, new Activation.Sigmoid()));
    }

    @ParameterizedTest
    @MethodSource("unary")
    void namesActivationsOfOneNode(Unary node, Activation activation) {
        assertLeaves(ActivationRecognition::apply, graph.to(graph.node(node, x)), new Activate(activation));
    }

    @ParameterizedTest
    @EnumSource(names = {"TANH", "MISH", "SOFTPLUS", "ABS"})
    void keepsFunctionsThatKernelsDoNotHave(UnaryFunction function) {
        assertKeeps(ActivationRecognition::apply, graph.to(graph.node(Unary.of(function), x)));
    }

    @Test
    void keepsTypesThatAreRoundedAfterEveryNode() {
        String half = graph.input(ElementType.FLOAT16, 4);

        assertKeeps(ActivationRecognition::apply, graph.to(graph.node(Unary.of(UnaryFunction.RELU), half)));
    }

    @Test
    void takesClipsWithConstantBounds() {
        String both = graph.node(new Clip(), x, graph.scalar(-1), graph.scalar(2));
        String below = graph.node(new Clip(), x, graph.scalar(-2));
        String above = graph.node(new Clip(), x, "", graph.scalar(1));
        String positive = graph.node(new Clip(), x, graph.scalar(0));
        String crossed = graph.node(new Clip(), x, graph.scalar(2), graph.scalar(-2));

        assertLeaves(
                ActivationRecognition::apply,
                graph.to(both, below, above, positive, crossed),
                new Activate(new Activation.Clip(-1, 2)),
                new Activate(new Activation.Clip(-2, Float.POSITIVE_INFINITY)),
                new Activate(new Activation.Clip(Float.NEGATIVE_INFINITY, 1)),
                new Activate(new Activation.Relu()),
                new Activate(new Activation.Clip(2, -2)));
    }

    @Test
    void keepsClipsWhoseBoundsOnlyTheRunKnows() {
        TestGraph bounded = new TestGraph();
        String y = bounded.input();
        assertKeeps(ActivationRecognition::apply, bounded.to(bounded.node(new Clip(), y, y)));
        assertKeeps(ActivationRecognition::apply, graph.to(graph.node(new Clip(), x, graph.scalar(Float.NaN))));
    }

    @Test
    void takesPReluOfOneSlopeForLeakyRelu() {
        Binary prelu = Binary.of(BinaryFunction.PRELU);
        String one = graph.node(prelu, x, graph.constant(FloatTensor.of(Shape.of(1, 1, 1), new float[] {0.2f})));
        String perChannel = graph.node(prelu, x, graph.floats(4, 1, 1));

        assertLeaves(
                ActivationRecognition::apply,
                graph.to(one, perChannel),
                new Activate(new Activation.LeakyRelu(0.2f)),
                prelu);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAnInputTimesItsSigmoidForSilu(boolean gateFirst) {
        String gate = graph.node(SIGMOID, x);

        assertLeaves(ActivationRecognition::apply, graph.to(product(gateFirst, gate, x)), SILU);
    }

    @Test
    void keepsASigmoidThatOthersRead() {
        String gate = graph.node(SIGMOID, x);

        assertLeaves(
                ActivationRecognition::apply,
                graph.to(gate, graph.node(MUL, x, gate)),
                new Activate(new Activation.Sigmoid()),
                MUL);
    }

    @Test
    void keepsTheSigmoidOfSomethingElse() {
        String gate = graph.node(SIGMOID, graph.input(4, 1, 1));

        assertLeaves(
                ActivationRecognition::apply,
                graph.to(graph.node(MUL, x, gate)),
                new Activate(new Activation.Sigmoid()),
                MUL);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAnInputTimesItsHardSigmoidForHardSwish(boolean gateFirst) {
        String gate = graph.node(new Unary(UnaryFunction.HARD_SIGMOID, 0.16666667f, 0.5f), x);

        assertLeaves(ActivationRecognition::apply, graph.to(product(gateFirst, gate, x)), HARD_SWISH);
    }

    @Test
    void keepsOtherHardSigmoidsApart() {
        String gate = graph.node(new Unary(UnaryFunction.HARD_SIGMOID, 0.2f, 0.5f), x);

        assertLeaves(
                ActivationRecognition::apply,
                graph.to(graph.node(MUL, x, gate)),
                new Activate(new Activation.HardSigmoid(0.2f, 0.5f)),
                MUL);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAClippedSumDividedBySixForHardSigmoid(boolean product) {
        String y = sixth(clipped(graph.node(ADD, graph.scalar(3), x)), product);

        assertLeaves(ActivationRecognition::apply, graph.to(y), HARD_SIGMOID);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAnInputTimesAClippedSumForHardSwish(boolean divideLast) {
        String clipped = clipped(graph.node(ADD, x, graph.scalar(3)));
        String y = divideLast ? sixth(graph.node(MUL, x, clipped), false) : graph.node(MUL, x, sixth(clipped, true));

        assertLeaves(ActivationRecognition::apply, graph.to(y), HARD_SWISH);
    }

    @Test
    void keepsClippedSumsThatAreNoHardSwish() {
        assertKept(graph -> graph.node(DIV, clipped(graph, ADD, 2.5f), graph.scalar(6)), ADD, SIX, DIV);
        assertKept(graph -> graph.node(DIV, clipped(graph, ADD, 3), graph.scalar(5)), ADD, SIX, DIV);
        assertKept(graph -> graph.node(DIV, graph.scalar(6), clipped(graph, ADD, 3)), ADD, SIX, DIV);
        assertKept(graph -> graph.node(MUL, clipped(graph, MUL, 3), graph.scalar(1 / 6f)), MUL, SIX, MUL);
        assertKept(graph -> graph.node(MUL, clipped(graph, ADD, 3), graph.scalar(0.17f)), ADD, SIX, MUL);
    }

    @Test
    void keepsASumThatOthersRead() {
        String sum = graph.node(ADD, x, graph.scalar(3));

        assertLeaves(ActivationRecognition::apply, graph.to(sum, sixth(clipped(sum), false)), ADD, SIX, DIV);
    }

    @Test
    void keepsTheProductOfAnotherInput() {
        String gate = clipped(graph.node(ADD, x, graph.scalar(3)));
        String y = sixth(graph.node(MUL, graph.input(4, 5, 6), gate), false);

        assertLeaves(ActivationRecognition::apply, graph.to(y), ADD, SIX, MUL, DIV);
    }

    @Test
    void keepsConstantsThatAddAnAxis() {
        String six = graph.constant(FloatTensor.of(Shape.of(1, 1, 1, 1, 1), new float[] {6}));
        String y = graph.node(DIV, clipped(graph.node(ADD, x, graph.scalar(3))), six);

        assertLeaves(ActivationRecognition::apply, graph.to(y), ADD, SIX, DIV);
    }

    @Test
    void callsTheNodeByItsActivation() {
        String y = graph.node(MUL, x, graph.node(SIGMOID, x));
        Graph built = graph.to(y);

        Graph result = ActivationRecognition.apply(built, ShapeInference.infer(built));

        assertEquals("Silu", result.nodes().get(0).type());
        assertEquals(built.nodes().get(1).name(), result.nodes().get(0).name());
    }

    @FunctionalInterface
    private interface Ending {
        String of(TestGraph graph);
    }

    private static void assertKept(Ending ending, Operator... operators) {
        TestGraph other = new TestGraph();
        assertLeaves(ActivationRecognition::apply, other.to(ending.of(other)), operators);
    }

    private static String clipped(TestGraph graph, Binary function, float constant) {
        String sum = graph.node(function, graph.input(4, 5, 6), graph.scalar(constant));
        return graph.node(new Clip(), sum, graph.scalar(0), graph.scalar(6));
    }

    private String clipped(String value) {
        return graph.node(new Clip(), value, graph.scalar(0), graph.scalar(6));
    }

    private String sixth(String value, boolean product) {
        return product ? graph.node(MUL, graph.scalar(1 / 6f), value) : graph.node(DIV, value, graph.scalar(6));
    }

    private String product(boolean swapped, String a, String b) {
        return swapped ? graph.node(MUL, b, a) : graph.node(MUL, a, b);
    }
}

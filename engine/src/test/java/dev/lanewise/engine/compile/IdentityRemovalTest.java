package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static dev.lanewise.engine.compile.TestGraph.slidingWindow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdentityRemovalTest {

    private static final Unary ABS = Unary.of(UnaryFunction.ABS);
    private static final Unary NEG = Unary.of(UnaryFunction.NEG);
    private static final SlidingWindow PIXEL = slidingWindow(List.of(1, 1), 0);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);

    static Stream<Operator> identities() {
        return Stream.of(
                new Identity(),
                new Dropout(),
                new Cast(ElementType.FLOAT32),
                new Concat(1),
                new Fold(BinaryFunction.ADD),
                new Transpose(List.of(0, 1, 2, 3)),
                new AveragePooling(PIXEL, true),
                new MaxPooling(PIXEL, false, false));
    }

    static Stream<Operator> nearlyIdentities() {
        return Stream.of(
                new Cast(ElementType.FLOAT16),
                new Transpose(List.of(0, 2, 1, 3)),
                new Transpose(List.of()),
                new AveragePooling(slidingWindow(List.of(1, 1), 1), true),
                new AveragePooling(slidingWindow(List.of(1, 2), 0), true),
                new MaxPooling(
                        new SlidingWindow(
                                List.of(1, 1),
                                List.of(1, 2),
                                List.of(),
                                List.of(),
                                SlidingWindow.AutoPad.NOTSET,
                                false),
                        false,
                        false));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void removesWhatChangesNothing(Operator identity) {
        String y = graph.node(NEG, graph.node(identity, graph.node(ABS, x)));

        assertLeaves(IdentityRemoval::apply, graph.to(y), ABS, NEG);
    }

    @ParameterizedTest
    @MethodSource("nearlyIdentities")
    void keepsWhatChangesSomething(Operator operator) {
        assertKeeps(IdentityRemoval::apply, graph.to(graph.node(operator, x)));
    }

    @Test
    void removesPadsOfNothing() {
        String pads = graph.longs(0, 0, 0, 0, 0, 0, 0, 0);
        Pad pad = new Pad(ReferencePadding.Mode.REFLECT);

        assertLeaves(IdentityRemoval::apply, graph.to(graph.node(NEG, graph.node(pad, x, pads))), NEG);
    }

    @Test
    void keepsPadsOfSomething() {
        String pads = graph.longs(0, 0, 0, 0, 0, 0, 1, 0);

        assertKeeps(IdentityRemoval::apply, graph.to(graph.node(new Pad(ReferencePadding.Mode.CONSTANT), x, pads)));
    }

    @Test
    void removesReshapesToTheSameShape() {
        Reshape reshape = new Reshape(false);
        String same = graph.node(reshape, x, graph.longs(-1, 4, 5, 6));
        String other = graph.node(reshape, same, graph.longs(-1, 4, 6, 5));

        assertLeaves(IdentityRemoval::apply, graph.to(other), reshape);
    }

    @Test
    void givesWhatWasReadTheNameOfAnOutput() {
        String absolute = graph.node(ABS, x);
        String output = graph.node(new Identity(), graph.node(new Identity(), absolute));
        String alsoRead = graph.node(NEG, absolute);

        Graph result = assertLeaves(IdentityRemoval::apply, graph.to(output, alsoRead), ABS, NEG);

        assertEquals(List.of(output), result.nodes().get(0).outputs());
        assertEquals(List.of(output), result.nodes().get(1).inputs());
    }

    @Test
    void keepsOutputsApart() {
        String absolute = graph.node(ABS, x);
        String first = graph.node(new Identity(), absolute);
        String second = graph.node(new Identity(), absolute);

        assertLeaves(IdentityRemoval::apply, graph.to(first, second), ABS, new Identity());
    }

    @Test
    void keepsAnOutputThatIsAnInput() {
        assertKeeps(IdentityRemoval::apply, graph.to(graph.node(new Identity(), x)));
    }

    @Test
    void keepsADropoutWhoseMaskIsRead() {
        Graph base = graph.to();
        Node dropout = new Node("drop", "Dropout", new Dropout(), List.of(x), List.of("kept", "mask"));
        Node reader = new Node("reader", "Not", Unary.of(UnaryFunction.NOT), List.of("mask"), List.of("dropped"));

        assertKeeps(
                IdentityRemoval::apply,
                new Graph("test", 17, base.inputs(), List.of(), List.of(dropout, reader), base.constants()));
    }

    @Test
    void keepsADropoutThatMayBeAskedToTrain() {
        String ratio = graph.scalar(0.5f);
        String asked = graph.node(new Cast(ElementType.BOOL), graph.input());
        String never = graph.constant(new LongTensor(ElementType.BOOL, Shape.scalar(), new long[] {0}));
        String mayTrain = graph.node(new Dropout(), x, ratio, asked);

        String allowed = graph.node(new Dropout(), x, ratio, never);
        Graph built = graph.to(graph.node(NEG, mayTrain), graph.node(NEG, allowed));

        Graph result = IdentityRemoval.apply(built, ShapeInference.infer(built));

        assertEquals(
                List.of("Cast", "Dropout", "Unary", "Unary"),
                result.nodes().stream().map(Node::type).toList());
    }
}

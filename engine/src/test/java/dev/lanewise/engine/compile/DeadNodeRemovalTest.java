package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadNodeRemovalTest {

    private static final Unary ABS = Unary.of(UnaryFunction.ABS);
    private static final Unary NEG = Unary.of(UnaryFunction.NEG);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4);

    @Test
    void dropsWholeChainsThatNoOutputDependsOn() {
        graph.node(NEG, graph.node(ABS, graph.node(NEG, x)));

        assertLeaves(DeadNodeRemoval::apply, graph.to(graph.node(ABS, x)), ABS);
    }

    @Test
    void dropsTheConstantsThatOnlyDeadNodesRead() {
        Binary add = Binary.of(BinaryFunction.ADD);
        String kept = graph.floats(4);
        graph.node(add, x, graph.floats(4));
        graph.floats(4);

        Graph result = assertLeaves(DeadNodeRemoval::apply, graph.to(graph.node(add, x, kept)), add);

        assertEquals(Set.of(kept), result.constants().keySet());
    }

    @Test
    void keepsWhatSeveralOutputsDependOn() {
        String shared = graph.node(ABS, x);
        String output = graph.node(NEG, shared);

        assertKeeps(DeadNodeRemoval::apply, graph.to(output, shared));
    }

    @Test
    void keepsANodeOfWhichOnlyTheSecondOutputIsWanted() {
        Graph base = graph.to();
        Node dropout = new Node("drop", "Dropout", new Dropout(), List.of(x), List.of("kept", "mask"));
        Node reader = new Node("reader", "Not", Unary.of(UnaryFunction.NOT), List.of("mask"), List.of("dropped"));
        GraphValue dropped = new GraphValue("dropped", TensorType.unknownRank(ElementType.BOOL));

        assertKeeps(
                DeadNodeRemoval::apply,
                new Graph("test", 17, base.inputs(), List.of(dropped), List.of(dropout, reader), base.constants()));
    }
}

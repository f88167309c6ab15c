package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.workload.Activation;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of two tensors: how they are recognised, and what they take in. */
class BinaryFusionTest {

    private static final Activate ACTIVATE = new Activate(new Activation.HardSwish());

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);
    private final String gate = graph.input(4, 1, 1);

    @ParameterizedTest
    @EnumSource(names = {"ADD", "SUB", "MUL", "MAX"})
    void fusesTheActivation(BinaryFunction function) {
        String y = graph.node("Add", Binary.of(function), x, gate);

        Graph result = assertLeaves(
                BinaryFusion::apply,
                graph.to(graph.node(ACTIVATE, y)),
                new FusedBinary(function, new Activation.HardSwish()));

        assertEquals("FusedAdd", result.nodes().get(0).type());
    }

    @Test
    void keepsWhatOthersRead() {
        String y = graph.node(Binary.of(BinaryFunction.ADD), x, gate);

        assertKeeps(BinaryFusion::apply, graph.to(y, graph.node(ACTIVATE, y)));
    }

    @Test
    void keepsOperandsAlignedAsBeforeOpset7() {
        String y = graph.node(new Binary(BinaryFunction.ADD, OptionalInt.of(1)), x, graph.floats(4));

        assertKeeps(BinaryFusion::apply, graph.to(graph.node(ACTIVATE, y)));
    }

    @ParameterizedTest
    @EnumSource(names = {"ADD", "MAX", "MIN"})
    void takesAFoldOfTwoForAPair(BinaryFunction function) {
        assertLeaves(BinaryRecognition::apply, graph.to(graph.node(new Fold(function), x, gate)), Binary.of(function));
    }

    @Test
    void keepsFoldsOfOtherNumbers() {
        Fold sum = new Fold(BinaryFunction.ADD);

        assertKeeps(BinaryRecognition::apply, graph.to(graph.node(sum, x), graph.node(sum, x, x, gate)));
    }
}

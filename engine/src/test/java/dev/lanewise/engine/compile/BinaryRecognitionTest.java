package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Mean;
import dev.lanewise.kernels.reference.BinaryFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BinaryRecognitionTest {

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4);
    private final String y = graph.input(4);

    @ParameterizedTest
    @EnumSource(names = {"ADD", "MAX", "MIN"})
    void aFoldOfTwoIsAFunctionOfTwo(BinaryFunction function) {
        assertLeaves(BinaryRecognition::apply, graph.to(graph.node(new Fold(function), x, y)), Binary.of(function));
    }

    @Test
    void aSumOfTwoIsCalledAnAddition() {
        Graph built = graph.to(graph.node("Sum", new Fold(BinaryFunction.ADD), x, y));

        Graph result = BinaryRecognition.apply(built, ShapeInference.infer(built));

        assertEquals("Add", result.nodes().get(0).type());
    }

    @Test
    void keepsFoldsOfOneAndOfThree() {
        Fold sum = new Fold(BinaryFunction.ADD);
        String one = graph.node(sum, x);

        assertKeeps(BinaryRecognition::apply, graph.to(graph.node(sum, x, y, one)));
    }

    @Test
    void keepsAMeanOfTwo() {
        assertKeeps(BinaryRecognition::apply, graph.to(graph.node(new Mean(), x, y)));
    }
}

package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Expand;
import dev.lanewise.engine.graph.Gather;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.ShapeOf;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapeFoldingTest {

    private static final ShapeOf SHAPE = new ShapeOf(0, Long.MAX_VALUE);
    private static final Gather GATHER = new Gather(0);
    private static final Concat CONCAT = new Concat(0);
    private static final Reshape RESHAPE = new Reshape(false);
    private static final Expand EXPAND = new Expand();

    private final TestGraph graph = new TestGraph();

    /** {@code [first dimension of a value, others...]}, as exporters compute it. */
    private String batchAnd(String value, long... others) {
        String batch = graph.node(GATHER, graph.node(SHAPE, value), graph.longs(0));
        return graph.node(CONCAT, batch, graph.longs(others));
    }

    @Test
    void aReshapeThatKeepsTheBatchHasAConstantTarget() {
        String x = graph.input(4);
        Graph built = graph.to(graph.node(RESHAPE, x, batchAnd(x, 2, 2)));

        Graph result = assertLeaves(ShapeFolding::apply, built, SHAPE, GATHER, CONCAT, RESHAPE);

        assertArrayEquals(new long[] {-1, 2, 2}, target(result));
    }

    @Test
    void keepsAReshapeThatTheBatchAloneMayMakeFit() {
        String x = graph.input(4);

        assertKeeps(ShapeFolding::apply, graph.to(graph.node(RESHAPE, x, batchAnd(x, 2, 4))));
    }

    @Test
    void anExpansionToItsOwnBatchIsOneToOne() {
        String x = graph.input(1);
        Graph built = graph.to(graph.node(EXPAND, x, batchAnd(x, 3)));

        Graph result = assertLeaves(ShapeFolding::apply, built, SHAPE, GATHER, CONCAT, EXPAND);

        assertArrayEquals(new long[] {1, 3}, target(result));
    }

    @Test
    void keepsAnExpansionToAnothersBatch() {
        String x = graph.input(4);

        assertKeeps(ShapeFolding::apply, graph.to(graph.node(EXPAND, graph.floats(1, 4), batchAnd(x, 4))));
    }

    @Test
    void keepsTargetsThatAreConstantsAlready() {
        assertKeeps(ShapeFolding::apply, graph.to(graph.node(RESHAPE, graph.input(4), graph.longs(-1, 2, 2))));
    }

    /** What the last node reads as its target. */
    private static long[] target(Graph graph) {
        Tensor target = graph.constants()
                .get(graph.nodes().get(graph.nodes().size() - 1).inputs().get(1));
        return IntStream.range(0, target.shape().size())
                .mapToLong(target::longAt)
                .toArray();
    }
}

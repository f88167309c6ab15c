package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.ConstantOfShape;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.MatMul;
import dev.lanewise.engine.graph.ShapeOf;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstantFoldingTest {

    private static final Unary NEG = Unary.of(UnaryFunction.NEG);
    private static final Binary ADD = Binary.of(BinaryFunction.ADD);

    private static final ConstantOfShape ONES = new ConstantOfShape(FloatTensor.of(Shape.of(1), new float[] {1}));

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4);

    @Test
    void aChainOfConstantsIsItsResult() {
        String weights = graph.floats(4);
        String folded = graph.node(NEG, graph.node(NEG, graph.node(NEG, weights)));

        Graph result = assertLeaves(ConstantFolding::apply, graph.to(graph.node(ADD, x, folded)), ADD);

        for (int i = 0; i < 4; i++) {
            assertEquals(
                    -result.constants().get(weights).doubleAt(i),
                    result.constants().get(folded).doubleAt(i));
        }
    }

    @Test
    void keepsWhatReadsAnInput() {
        assertKeeps(ConstantFolding::apply, graph.to(graph.node(NEG, x)));
    }

    @Test
    void computesSmallProductsAndFillings() {
        String product = graph.node(new MatMul(), graph.floats(1, 4), graph.floats(4, 4));
        String ones = graph.node(ONES, graph.longs(1, 4));

        assertLeaves(ConstantFolding::apply, graph.to(graph.node(ADD, graph.node(ADD, x, product), ones)), ADD, ADD);
    }

    @Test
    void keepsWhatWouldFillTheHeap() {
        assertKeeps(ConstantFolding::apply, graph.to(graph.node(ONES, graph.longs(1 << 13, 1 << 13))));
    }

    @Test
    void keepsProductsThatTakeLong() {
        String a = graph.floats(512, 512);

        assertKeeps(ConstantFolding::apply, graph.to(graph.node(new MatMul(), a, a)));
    }

    @Test
    void theSizesOfAShapeAreConstantsWhereTheyAreKnown() {
        String sizes = graph.node(new ShapeOf(1, Long.MAX_VALUE), x);
        Graph built = graph.to(sizes);

        Graph result = ConstantFolding.apply(built, ShapeInference.infer(built));

        assertEquals(List.of(), result.nodes());
        assertEquals(4, result.constants().get(sizes).longAt(0));
    }
}

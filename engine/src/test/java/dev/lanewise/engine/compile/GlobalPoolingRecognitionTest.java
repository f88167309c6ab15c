package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;

import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Reduce;
import dev.lanewise.kernels.reference.Reduction;
import dev.lanewise.kernels.tensor.ElementType;
import org.junit.jupiter.api.Test;

class GlobalPoolingRecognitionTest {

    private static final Reduce MEAN = new Reduce(Reduction.MEAN, true, false);
    private static final GlobalPooling POOLING = new GlobalPooling(GlobalPooling.Function.AVERAGE);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);

    @Test
    void takesAMeanOverPixelsForPooling() {
        String wide = graph.node(MEAN, x, graph.longs(2, 3));
        String backwards = graph.node(MEAN, x, graph.longs(-1, -2));
        String flat = graph.node(MEAN, graph.input(4, 7), graph.longs(2));

        assertLeaves(GlobalPoolingRecognition::apply, graph.to(wide, backwards, flat), POOLING, POOLING, POOLING);
    }

    @Test
    void flattensWhereTheAxesAreDropped() {
        String y = graph.node(new Reduce(Reduction.MEAN, false, false), x, graph.longs(2, 3));

        assertLeaves(GlobalPoolingRecognition::apply, graph.to(y), POOLING, new Flatten(1));
    }

    @Test
    void keepsOtherReductions() {
        String pixels = graph.longs(2, 3);
        assertKeeps(GlobalPoolingRecognition::apply, graph.to(graph.node(MEAN, x, graph.longs(1, 2))));
        assertKeeps(GlobalPoolingRecognition::apply, graph.to(graph.node(MEAN, x, graph.longs(3))));
        assertKeeps(GlobalPoolingRecognition::apply, graph.to(graph.node(MEAN, x, graph.longs(1, 2, 3))));
        assertKeeps(GlobalPoolingRecognition::apply, graph.to(graph.node(MEAN, x)));
        assertKeeps(
                GlobalPoolingRecognition::apply,
                graph.to(graph.node(new Reduce(Reduction.SUM, true, false), x, pixels)));
        assertKeeps(
                GlobalPoolingRecognition::apply,
                graph.to(graph.node(MEAN, graph.input(ElementType.FLOAT16, 4, 5, 6), pixels)));
        assertKeeps(GlobalPoolingRecognition::apply, graph.to(graph.node(MEAN, graph.input(4, 0, 6), pixels)));
    }
}

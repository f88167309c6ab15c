package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;

import dev.lanewise.engine.graph.ChannelShuffle;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.UnaryFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShuffleRecognitionTest {

    private static final Reshape RESHAPE = new Reshape(false);
    private static final List<Integer> SWAP = List.of(0, 2, 1, 3, 4);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(6, 4, 3);

    @Test
    void takesChannelsPartedSwappedAndPutTogetherForAShuffle() {
        String free = shuffled(SWAP, new long[] {-1, 2, 3, 4, 3}, new long[] {-1, 6, 4, 3});
        String copied = shuffled(SWAP, new long[] {0, 3, 2, 4, 3}, new long[] {0, -1, 4, 3});
        String flat = shuffled(List.of(0, 2, 1, 3), new long[] {0, 2, 3, -1}, new long[] {0, 6, 4, 3});

        assertLeaves(
                ShuffleRecognition::apply,
                graph.to(free, copied, flat),
                new ChannelShuffle(2),
                new ChannelShuffle(3),
                new ChannelShuffle(2));
    }

    @Test
    void keepsOtherTranspositions() {
        assertKept(List.of(0, 2, 1, 4, 3), new long[] {-1, 2, 3, 4, 3}, new long[] {-1, 6, 4, 3});
        assertKept(List.of(0, 1, 2, 3, 4), new long[] {-1, 2, 3, 4, 3}, new long[] {-1, 6, 4, 3});
        assertKept(List.of(2, 1, 0, 3, 4), new long[] {-1, 2, 3, 4, 3}, new long[] {-1, 6, 4, 3});
    }

    @Test
    void keepsOtherShapes() {
        // Depth to space, channels parted by pixels, images parted into groups.
        assertKept(SWAP, new long[] {-1, 2, 3, 4, 3}, new long[] {-1, 3, 8, 3});
        assertKept(SWAP, new long[] {-1, 4, 3, 2, 3}, new long[] {-1, 6, 4, 3});
        assertKept(SWAP, new long[] {2, -1, 6, 4, 3}, new long[] {-1, 6, 4, 3});
    }

    @Test
    void keepsWhatOthersRead() {
        String split = graph.node(RESHAPE, x, graph.longs(-1, 2, 3, 4, 3));
        String swapped = graph.node(new Transpose(SWAP), split);
        String shuffled = graph.node(RESHAPE, swapped, graph.longs(-1, 6, 4, 3));
        String absolute = graph.node(Unary.of(UnaryFunction.ABS), split);

        assertKeeps(ShuffleRecognition::apply, graph.to(shuffled, absolute));
    }

    @Test
    void keepsWhatIsAnOutput() {
        String split = graph.node(RESHAPE, x, graph.longs(-1, 2, 3, 4, 3));
        String swapped = graph.node(new Transpose(SWAP), split);
        Graph built = graph.to(graph.node(RESHAPE, swapped, graph.longs(-1, 6, 4, 3)), swapped);

        assertKeeps(ShuffleRecognition::apply, built);
    }

    private String shuffled(List<Integer> permutation, long[] apart, long[] together) {
        String swapped = graph.node(new Transpose(permutation), graph.node(RESHAPE, x, graph.longs(apart)));
        return graph.node(RESHAPE, swapped, graph.longs(together));
    }

    private void assertKept(List<Integer> permutation, long[] apart, long[] together) {
        assertKeeps(ShuffleRecognition::apply, graph.to(shuffled(permutation, apart, together)));
    }
}

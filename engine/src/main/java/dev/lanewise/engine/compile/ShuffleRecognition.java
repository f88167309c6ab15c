package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.ChannelShuffle;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.ValueFact;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes a Reshape that parts the channels into groups, the Transpose that swaps the two, and the Reshape back for a shuffle. */
final class ShuffleRecognition {

    private ShuffleRecognition() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (!(node.operator() instanceof Reshape)) {
                return;
            }
            Node swap = editor.onlyFor(node.inputs().get(0), Transpose.class);
            Node split = swap == null ? null : editor.onlyFor(swap.inputs().get(0), Reshape.class);
            if (swap == null
                    || split == null
                    || !(swap.operator() instanceof Transpose transpose)
                    || !editor.haveSameShape(
                            split.inputs().get(0), node.outputs().get(0))) {
                return;
            }
            int groups = groups(
                    editor.dimensions(split.inputs().get(0)),
                    editor.dimensions(split.outputs().get(0)),
                    transpose.permutation());
            if (groups > 0) {
                List<String> image = List.of(split.inputs().get(0));
                Node shuffle =
                        new Node(node.name(), "ChannelShuffle", new ChannelShuffle(groups), image, node.outputs());
                editor.replace(node, shuffle, swap, split);
            }
        });
    }

    /**
     * The groups into which {@code [N, C, pixels]} are parted.
     *
     * @param apart {@code [N, groups, C / groups, pixels]}, the pixels in as many axes as before or in one
     * @return 0 if it is not so
     */
    private static int groups(
            @Nullable List<Dimension> together, @Nullable List<Dimension> apart, List<Integer> permutation) {
        if (together == null || apart == null || together.size() < 2 || apart.size() < 3) {
            return 0;
        }
        Dimension groups = apart.get(1);
        boolean parted = apart.get(0).equals(together.get(0))
                && groups.isKnown()
                && together.get(1).isKnown()
                && groups.times(apart.get(2)).equals(together.get(1))
                && pixels(together, 2).equals(pixels(apart, 3));
        return parted && groups.size() > 0 && swapsGroups(permutation, apart.size()) ? (int) groups.size() : 0;
    }

    private static boolean swapsGroups(List<Integer> permutation, int rank) {
        List<Integer> swapped = IntStream.range(0, rank)
                .mapToObj(axis -> axis == 1 ? 2 : axis == 2 ? 1 : axis)
                .toList();
        return permutation.equals(swapped);
    }

    private static Dimension pixels(List<Dimension> dimensions, int from) {
        return dimensions.subList(from, dimensions.size()).stream().reduce(Dimension.of(1), Dimension::times);
    }
}

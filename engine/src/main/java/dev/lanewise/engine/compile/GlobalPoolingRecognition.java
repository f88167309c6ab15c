package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Reduce;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.Reduction;
import dev.lanewise.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Takes a mean over all of an image's pixels for the global average pooling that it is. */
final class GlobalPoolingRecognition {

    private static final GlobalPooling POOLING = new GlobalPooling(GlobalPooling.Function.AVERAGE);
    private static final String TYPE = "GlobalAveragePool";

    private GlobalPoolingRecognition() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof Reduce reduce
                    && reduce.reduction() == Reduction.MEAN
                    && isOverPixels(editor, node)) {
                editor.replace(node, pooling(node, reduce.keepDims()));
            }
        });
    }

    private static List<Node> pooling(Node mean, boolean keepsAxes) {
        List<String> image = List.of(mean.inputs().get(0));
        if (keepsAxes) {
            return List.of(new Node(mean.name(), TYPE, POOLING, image, mean.outputs()));
        }
        List<String> pooled = List.of(mean.outputs().get(0) + "//pooled");
        List<Node> nodes = new ArrayList<>();
        nodes.add(new Node(mean.name(), TYPE, POOLING, image, pooled));
        nodes.add(new Node(mean.name() + "//flat", "Flatten", new Flatten(1), pooled, mean.outputs()));
        return nodes;
    }

    /** Whether it reduces all axes of a tensor of images but the batch's and the channels', and there are pixels. */
    private static boolean isOverPixels(GraphEditor editor, Node node) {
        List<Dimension> dimensions = editor.dimensions(node.inputs().get(0));
        boolean given = node.inputs().size() > 1 && !node.inputs().get(1).isEmpty();
        long[] axes = given ? editor.integers(node.inputs().get(1)) : null;
        if (dimensions == null
                || (dimensions.size() != 3 && dimensions.size() != 4)
                || dimensions.subList(2, dimensions.size()).contains(Dimension.of(0))
                || axes == null
                || !editor.isFloat32(node.inputs().get(0))) {
            return false;
        }
        int[] reduced = Arrays.stream(axes)
                .mapToInt(axis -> Shape.axis(axis, dimensions.size()))
                .sorted()
                .distinct()
                .toArray();
        return Arrays.equals(reduced, IntStream.range(2, dimensions.size()).toArray());
    }
}

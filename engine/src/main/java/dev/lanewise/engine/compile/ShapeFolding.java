package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a target shape that is computed at run time by a constant, where shape inference knows all of it but the
 * batch: what exporters write as Shape, Gather, Concat and Reshape becomes a Reshape to {@code [-1, 4, 8, 28, 28]}.
 */
final class ShapeFolding {

    private ShapeFolding() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> constants = new HashMap<>(graph.constants());
        for (Node node : graph.nodes()) {
            long[] target = target(node, facts);
            if (target == null) {
                nodes.add(node);
            } else {
                String name = node.outputs().get(0) + "//target";
                constants.put(name, LongTensor.of(Shape.of(target.length), target));
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(1, name);
                nodes.add(new Node(node.name(), node.type(), node.operator(), inputs, node.outputs()));
            }
        }
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), nodes, constants);
    }

    /** The constant that may stand for a node's target shape; null if there is none, or it is one already. */
    private static long @Nullable [] target(Node node, Map<String, ValueFact> facts) {
        boolean reshape = node.type().equals("Reshape");
        if (!reshape && !node.type().equals("Expand")) {
            return null;
        }
        ValueFact shape = facts.get(node.inputs().get(1));
        List<Dimension> from = dimensions(facts, node.inputs().get(0));
        List<Dimension> to = dimensions(facts, node.outputs().get(0));
        if (shape == null || shape.constant() != null || from == null || to == null) {
            return null;
        }
        return reshape ? reshapeTarget(from, to) : expandTarget(from, to);
    }

    static long @Nullable [] reshapeTarget(List<Dimension> from, List<Dimension> to) {
        // An entry of 0 means a dimension to copy, or an empty one, as the node says; -1 is ambiguous beside it.
        if (to.contains(Dimension.of(0))) {
            return null;
        }
        long symbolic = to.stream().filter(dimension -> !dimension.isKnown()).count();
        if (symbolic > 1 || (symbolic == 1 && !sameElements(from, to))) {
            return null;
        }
        return to.stream()
                .mapToLong(dimension -> dimension.isKnown() ? dimension.size() : -1)
                .toArray();
    }

    /** Expanding to a dimension's own size is expanding to 1. */
    static long @Nullable [] expandTarget(List<Dimension> from, List<Dimension> to) {
        long[] target = new long[to.size()];
        for (int axis = 0; axis < target.length; axis++) {
            Dimension dimension = to.get(axis);
            int fromAxis = axis - target.length + from.size();
            if (dimension.isKnown()) {
                target[axis] = dimension.size();
            } else if (fromAxis >= 0 && from.get(fromAxis).equals(dimension)) {
                target[axis] = 1;
            } else {
                return null;
            }
        }
        return target;
    }

    private static @Nullable List<Dimension> dimensions(Map<String, ValueFact> facts, String value) {
        ValueFact fact = facts.get(value);
        return fact == null ? null : fact.dimensions();
    }

    /** Whether all elements are accounted for: only then is -1 the one symbolic dimension. */
    private static boolean sameElements(List<Dimension> from, List<Dimension> to) {
        try {
            return product(from).equals(product(to));
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static Dimension product(List<Dimension> dimensions) {
        return dimensions.stream().reduce(Dimension.of(1), Dimension::times);
    }
}

package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Expand;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.Squeeze;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.engine.graph.ValueFact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Removes nodes whose output is their input: those that say so, those that only training needs, and those that would
 * reshape, convert, pad or pool, but change nothing. Readers of the output read the input instead; where the output is one
 * of the network's, the input takes its name.
 */
final class IdentityRemoval {

    private final Graph graph;
    private final Map<String, ValueFact> facts;
    private final Set<String> outputs = new HashSet<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> read = new HashSet<>();

    /** What stands for a value that nothing makes any more. */
    private final Map<String, String> same = new HashMap<>();

    /** The names of outputs that values have taken. */
    private final Map<String, String> renamed = new HashMap<>();

    private IdentityRemoval(Graph graph, Map<String, ValueFact> facts) {
        this.graph = graph;
        this.facts = facts;
        graph.outputs().stream().map(GraphValue::name).forEach(outputs::add);
        read.addAll(outputs);
        graph.nodes().forEach(node -> {
            made.addAll(node.outputs());
            read.addAll(node.inputs());
        });
    }

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return new IdentityRemoval(graph, facts).remove();
    }

    private Graph remove() {
        List<Node> kept = new ArrayList<>();
        for (Node node : graph.nodes()) {
            String output = node.outputs().get(0);
            boolean united = !output.isEmpty()
                    && changesNothing(node)
                    && unite(current(node.inputs().get(0)), output);
            if (!united) {
                kept.add(node.reading(names(node.inputs(), same)));
            }
        }
        List<Node> nodes = kept.stream()
                .map(node -> new Node(
                        node.name(),
                        node.type(),
                        node.operator(),
                        names(node.inputs(), renamed),
                        names(node.outputs(), renamed)))
                .toList();
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), nodes, graph.constants());
    }

    private String current(String value) {
        return same.getOrDefault(value, value);
    }

    private static List<String> names(List<String> values, Map<String, String> names) {
        return values.stream().map(value -> names.getOrDefault(value, value)).toList();
    }

    /** Makes two values one, unless both have names that must stay. */
    private boolean unite(String input, String output) {
        if (!outputs.contains(output)) {
            same.put(output, input);
            return true;
        }
        if (outputs.contains(input) || !made.contains(input) || renamed.containsKey(input)) {
            return false;
        }
        renamed.put(input, output);
        // Later readers name the input, and are renamed with all others.
        same.put(output, input);
        return true;
    }

    private boolean changesNothing(Node node) {
        Operator operator = node.operator();
        if (operator instanceof Identity) {
            return true;
        } else if (operator instanceof Dropout) {
            return !trains(node) && node.outputs().stream().skip(1).noneMatch(read::contains);
        } else if (operator instanceof Cast cast) {
            ValueFact fact = facts.get(node.inputs().get(0));
            return fact != null && fact.elementType() == cast.to();
        } else if (operator instanceof Pad) {
            long[] pads = integers(node.inputs().get(1));
            return pads != null && Arrays.stream(pads).allMatch(pad -> pad == 0);
        } else if (operator instanceof Concat || operator instanceof Fold) {
            return node.inputs().size() == 1;
        } else if (operator instanceof Transpose transpose) {
            List<Integer> inOrder =
                    IntStream.range(0, transpose.permutation().size()).boxed().toList();
            return !inOrder.isEmpty() && transpose.permutation().equals(inOrder);
        } else if (operator instanceof MaxPooling pooling) {
            return node.outputs().stream().skip(1).noneMatch(read::contains) && isOnePixel(pooling.window());
        } else if (operator instanceof AveragePooling pooling) {
            return isOnePixel(pooling.window());
        }
        return isReshaping(operator)
                && haveSameShape(node.inputs().get(0), node.outputs().get(0));
    }

    /** Whether a Dropout is asked to train, or may be at run time, and so must be there to refuse. */
    private boolean trains(Node dropout) {
        String training = dropout.inputs().size() > 2 ? dropout.inputs().get(2) : "";
        ValueFact fact = facts.get(training);
        boolean never =
                fact != null && fact.constant() != null && fact.constant().longAt(0) == 0;
        return !training.isEmpty() && !never;
    }

    private static boolean isReshaping(Operator operator) {
        return operator instanceof Reshape
                || operator instanceof Flatten
                || operator instanceof Squeeze
                || operator instanceof Unsqueeze
                || operator instanceof Expand;
    }

    private boolean haveSameShape(String input, String output) {
        ValueFact before = facts.get(input);
        ValueFact after = facts.get(output);
        return before != null
                && after != null
                && before.dimensions() != null
                && before.dimensions().equals(after.dimensions());
    }

    private long @Nullable [] integers(String value) {
        ValueFact fact = facts.get(value);
        return fact == null ? null : fact.knownElements();
    }

    /** A window of one pixel, which steps from each pixel to the next. */
    private static boolean isOnePixel(SlidingWindow window) {
        return window.kernel().stream().allMatch(size -> size == 1)
                && window.strides().stream().allMatch(stride -> stride == 1)
                && window.pads().stream().allMatch(pad -> pad == 0);
    }
}

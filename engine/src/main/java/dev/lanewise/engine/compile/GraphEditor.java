package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph while a pass rewrites it: who makes and who reads each value, as of the last rewriting. A pattern is found at its
 * last node, looking back, and what replaces it takes that node's place; so the order of the nodes stays a topological one,
 * and the values that remain keep their names.
 */
final class GraphEditor {

    /** What a pass does to each node. */
    @FunctionalInterface
    interface Rule {
        void apply(GraphEditor editor, Node node);
    }

    private final Map<String, ValueFact> facts;
    private final Map<String, Tensor> constants;
    private final Set<String> outputs = new HashSet<>();

    /** The nodes that now stand where each node of the graph stood. */
    private final List<List<Node>> places = new ArrayList<>();

    private final Map<String, Node> producers = new HashMap<>();

    /** The place of the node that makes a value. */
    private final Map<String, Integer> positions = new HashMap<>();

    /** How often a value is mentioned among the inputs of nodes. */
    private final Map<String, Integer> readings = new HashMap<>();

    private GraphEditor(Graph graph, Map<String, ValueFact> facts) {
        this.facts = facts;
        this.constants = new HashMap<>(graph.constants());
        graph.outputs().stream().map(GraphValue::name).forEach(outputs::add);
        for (Node node : graph.nodes()) {
            places.add(List.of(node));
            enter(node, places.size() - 1);
        }
    }

    /** Applies a rule to every node in turn, those that earlier rewritings have left in a place of their own included. */
    static Graph sweep(Graph graph, Map<String, ValueFact> facts, Rule rule) {
        GraphEditor editor = new GraphEditor(graph, facts);
        for (List<Node> place : editor.places) {
            if (place.size() == 1) {
                rule.apply(editor, place.get(0));
            }
        }
        List<Node> nodes = editor.places.stream().flatMap(List::stream).toList();
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), nodes, editor.constants);
    }

    /** The node that makes a value; null for inputs and constants. */
    @Nullable
    Node producer(String value) {
        return producers.get(value);
    }

    /**
     * The node that makes a value, if it is of a kind and the value means nothing to anyone but its one reader, so that the
     * two can become one.
     */
    @Nullable
    Node onlyFor(String value, Class<? extends Operator> kind) {
        Node node = producers.get(value);
        boolean sole = node != null
                && node.outputs().size() == 1
                && kind.isInstance(node.operator())
                && readings.getOrDefault(value, 0) == 1
                && !outputs.contains(value);
        return sole ? node : null;
    }

    /** Whether a value is made after another; both are made by nodes. */
    boolean isLater(String value, String other) {
        return positions.getOrDefault(value, -1) > positions.getOrDefault(other, -1);
    }

    boolean isConstant(String value) {
        return constants.containsKey(value);
    }

    /** The elements of a constant of FLOAT32; null for any other value. */
    @Nullable
    FloatTensor floats(String value) {
        return constants.get(value) instanceof FloatTensor tensor && tensor.elementType() == ElementType.FLOAT32
                ? tensor
                : null;
    }

    /** The elements of a small integer tensor; null if they are not known. */
    long @Nullable [] integers(String value) {
        ValueFact fact = facts.get(value);
        return fact == null ? null : fact.knownElements();
    }

    @Nullable
    List<Dimension> dimensions(String value) {
        ValueFact fact = facts.get(value);
        return fact == null ? null : fact.dimensions();
    }

    /** Whether the shapes of two values are known to be equal. */
    boolean haveSameShape(String value, String other) {
        List<Dimension> dimensions = dimensions(value);
        return dimensions != null && dimensions.equals(dimensions(other));
    }

    /** Values of other types are rounded after every operator, and so must not skip one. */
    boolean isFloat32(String value) {
        ValueFact fact = facts.get(value);
        return fact != null && fact.elementType() == ElementType.FLOAT32;
    }

    /** Adds a constant that belongs to what makes a value; returns its name. */
    String addConstant(String value, String what, Tensor tensor) {
        StringBuilder name = new StringBuilder(value).append("//").append(what);
        while (constants.containsKey(name.toString()) || facts.containsKey(name.toString())) {
            name.append('\'');
        }
        constants.put(name.toString(), tensor);
        return name.toString();
    }

    /** Puts nodes into the place of one, the last of a pattern. */
    void replace(Node last, List<Node> replacements, Node... absorbed) {
        int place = remove(last);
        for (Node node : absorbed) {
            remove(node);
        }
        places.set(place, List.copyOf(replacements));
        replacements.forEach(node -> enter(node, place));
    }

    /** Puts one node into the place of another, the last of a pattern. */
    void replace(Node last, Node replacement, Node... absorbed) {
        replace(last, List.of(replacement), absorbed);
    }

    private void enter(Node node, int place) {
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                producers.put(output, node);
                positions.put(output, place);
            }
        }
        node.inputs().forEach(input -> readings.merge(input, 1, Integer::sum));
    }

    private int remove(Node node) {
        int place = -1;
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                producers.remove(output);
                place = positions.remove(output);
            }
        }
        node.inputs().forEach(input -> readings.merge(input, -1, Integer::sum));
        places.set(place, List.of());
        return place;
    }
}

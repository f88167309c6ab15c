package dev.lanewise.engine.run;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedModelException;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.UnsupportedInputException;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a graph node by node with the reference operators, and forgets every value after its last use. Immutable; any
 * number of threads may run it at once.
 */
public final class ReferenceExecutor {

    private final String model;
    private final List<String> wanted;
    private final Map<String, Tensor> constants;
    private final List<Step> steps;

    /** @param dead the values that nothing reads after this node */
    private record Step(Node node, List<String> dead) {}

    /**
     * @param wanted the values to compute, any of the graph's
     */
    public ReferenceExecutor(Graph graph, Collection<String> wanted) {
        this.model = graph.name();
        this.wanted = List.copyOf(wanted);
        this.constants = graph.constants();
        this.steps = steps(graph);
    }

    /**
     * Runs the graph once, on the calling thread.
     *
     * @param inputs the graph's inputs by name, already checked
     * @return the wanted values, in the order they were asked for
     * @throws ModelException if a node cannot work on its inputs
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        Map<String, Tensor> values = new HashMap<>(inputs);
        for (Step step : steps) {
            Node node = step.node();
            List<@Nullable Tensor> arguments = new ArrayList<>();
            for (String input : node.inputs()) {
                arguments.add(value(input, values));
            }
            List<Tensor> outputs = evaluate(model, node, arguments);
            for (int i = 0; i < node.outputs().size(); i++) {
                if (!node.outputs().get(i).isEmpty()) {
                    values.put(node.outputs().get(i), outputs.get(i));
                }
            }
            step.dead().forEach(values::remove);
        }
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (String name : wanted) {
            Tensor result = value(name, values);
            if (result == null) {
                throw new ModelException(model + ": nothing makes the value '" + name + "'");
            }
            results.put(name, result);
        }
        return results;
    }

    /** From the last node to the first: a node is needed for what later ones read, and their first mention is its last use. */
    private List<Step> steps(Graph graph) {
        Set<String> needed = new HashSet<>(wanted);
        List<Step> backwards = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                Set<String> dead = new HashSet<>();
                for (String value : node.outputs()) {
                    if (!value.isEmpty() && !needed.contains(value)) {
                        dead.add(value);
                    }
                }
                for (String value : node.inputs()) {
                    if (!value.isEmpty() && needed.add(value)) {
                        dead.add(value);
                    }
                }
                backwards.add(new Step(node, List.copyOf(dead)));
            }
        }
        Collections.reverse(backwards);
        return List.copyOf(backwards);
    }

    /**
     * Evaluates one node.
     *
     * @param inputs null where an optional one is left out
     * @throws ModelException if the node cannot work on them; the message names it and their shapes
     */
    public static List<Tensor> evaluate(String model, Node node, List<@Nullable Tensor> inputs) {
        try {
            return node.operator().evaluate(inputs);
        } catch (UnsupportedInputException e) {
            throw new UnsupportedModelException(
                    model + ": " + node + " on " + describe(node, inputs) + " is not supported: " + e.getMessage());
        } catch (RuntimeException e) {
            throw new ModelException(
                    model + ": " + node + " failed on " + describe(node, inputs) + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Tensor value(String name, Map<String, Tensor> values) {
        Tensor value = values.get(name);
        return value == null ? constants.get(name) : value;
    }

    private static String describe(Node node, List<@Nullable Tensor> inputs) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Tensor tensor = inputs.get(i);
            texts.add(
                    tensor == null
                            ? "(left out)"
                            : "'" + node.inputs().get(i) + "' " + tensor.elementType() + " " + tensor.shape());
        }
        return String.join(", ", texts);
    }
}

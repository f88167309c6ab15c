package dev.lanewise.engine.compile;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedOperatorsException;
import dev.lanewise.engine.UnsupportedOperatorsException.UnsupportedNode;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.UnsupportedInputException;
import dev.lanewise.engine.graph.ValueFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out, from the types of the inputs, what can be known of every value before run time. */
public final class ShapeInference {

    private ShapeInference() {}

    /**
     * The facts about all values of a graph, from its inputs' declared types.
     *
     * @throws UnsupportedOperatorsException if Lanewise does not run nodes on such inputs; it names all that can be told
     * @throws ModelException if a node cannot work on its inputs
     */
    public static Map<String, ValueFact> infer(Graph graph) {
        return infer(graph, Map.of());
    }

    /**
     * The facts about all values of a graph.
     *
     * @param inputTypes types of inputs that differ from the declared ones, by name
     * @throws UnsupportedModelException if Lanewise does not run a node on such inputs
     * @throws UnsupportedOperatorsException if Lanewise does not run nodes on such inputs; it names all that can be told
     * @throws ModelException if a node cannot work on its inputs
     */
    public static Map<String, ValueFact> infer(Graph graph, Map<String, TensorType> inputTypes) {
        Map<String, ValueFact> facts = new HashMap<>();
        graph.constants().forEach((name, tensor) -> facts.put(name, ValueFact.constant(tensor)));
        for (GraphValue input : graph.inputs()) {
            facts.put(input.name(), ValueFact.of(inputTypes.getOrDefault(input.name(), input.type())));
        }
        List<UnsupportedNode> unsupported = new ArrayList<>();
        for (Node node : graph.nodes()) {
            try {
                if (unsupported.isEmpty() || facts.keySet().containsAll(given(node))) {
                    put(node, infer(graph.name(), node, facts), facts);
                }
            } catch (UnsupportedInputException e) {
                unsupported.add(
                        new UnsupportedNode(node.type(), graph.opset(), node.name(), String.valueOf(e.getMessage())));
            }
        }
        if (!unsupported.isEmpty()) {
            throw new UnsupportedOperatorsException(graph.name(), unsupported);
        }
        return facts;
    }

    /** The facts about a node's inputs, null where an optional one is left out. */
    static List<@Nullable ValueFact> inputs(Node node, Map<String, ValueFact> facts) {
        List<@Nullable ValueFact> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            inputs.add(facts.get(input));
        }
        return inputs;
    }

    private static List<String> given(Node node) {
        return node.inputs().stream().filter(input -> !input.isEmpty()).toList();
    }

    private static void put(Node node, List<ValueFact> outputs, Map<String, ValueFact> facts) {
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                facts.put(node.outputs().get(i), outputs.get(i));
            }
        }
    }

    private static List<ValueFact> infer(String model, Node node, Map<String, ValueFact> facts) {
        List<@Nullable ValueFact> inputs = inputs(node, facts);
        List<ValueFact> outputs;
        try {
            outputs = node.operator().infer(inputs);
        } catch (UnsupportedInputException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ModelException(
                    model + ": " + node + " cannot work on " + types(node, inputs) + ": " + e.getMessage(), e);
        }
        if (outputs.size() < node.outputs().size()) {
            throw new ModelException(model + ": " + node + " is asked for "
                    + node.outputs().size() + " outputs, but makes " + outputs.size());
        }
        return outputs;
    }

    private static String types(Node node, List<@Nullable ValueFact> inputs) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            ValueFact fact = inputs.get(i);
            texts.add(fact == null ? "(left out)" : "'" + node.inputs().get(i) + "' " + fact.type());
        }
        return texts.stream().collect(Collectors.joining(", "));
    }
}

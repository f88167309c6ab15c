package dev.lanewise.engine;

import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values of a network as its file has it, and what makes them. */
final class WrittenValues {

    /** Operators whose first output is their first input, in another shape or type perhaps. */
    private static final Set<String> PASSING_ON =
            Set.of("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze");

    private final Graph written;
    private final Map<String, Node> producers = new HashMap<>();

    WrittenValues(Graph written) {
        this.written = written;
        for (Node node : written.nodes()) {
            node.outputs().stream().filter(output -> !output.isEmpty()).forEach(output -> producers.put(output, node));
        }
    }

    /** Every value that a node makes, in the order of the nodes. */
    List<String> names() {
        return written.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The node that makes a value; empty for inputs and constants. */
    Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** As {@link #producer}, but the node that computes the value: those that only pass it on do not count. */
    Optional<Node> computer(String value) {
        String passed = value;
        Node node = producers.get(passed);
        while (node != null
                && PASSING_ON.contains(node.type())
                && node.outputs().get(0).equals(passed)) {
            passed = node.inputs().get(0);
            node = producers.get(passed);
        }
        return Optional.ofNullable(node);
    }

    /** @throws ModelException if neither a node makes a value of this name, nor is it an input or a constant */
    void require(String value) {
        if (!producers.containsKey(value)
                && !written.constants().containsKey(value)
                && written.inputs().stream().noneMatch(input -> input.name().equals(value))) {
            throw new ModelException(written.name() + ": the graph has no value named '" + value + "'");
        }
    }
}

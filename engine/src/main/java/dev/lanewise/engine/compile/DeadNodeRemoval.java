package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Drops nodes and constants from which no output follows. */
final class DeadNodeRemoval {

    private DeadNodeRemoval() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        Set<String> wanted = new HashSet<>();
        graph.outputs().stream().map(GraphValue::name).forEach(wanted::add);
        List<Node> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (node.outputs().stream().anyMatch(wanted::contains)) {
                kept.add(node);
                wanted.addAll(node.inputs());
                wanted.remove("");
            }
        }
        Collections.reverse(kept);
        Map<String, Tensor> constants = new HashMap<>(graph.constants());
        constants.keySet().retainAll(wanted);
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), kept, constants);
    }
}

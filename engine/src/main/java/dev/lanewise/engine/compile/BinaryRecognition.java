package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.BinaryFunction;
import java.util.Map;

/** A Sum, Max or Min of two operands is what it says for any number of them, but the passes that follow look for pairs. */
final class BinaryRecognition {

    private BinaryRecognition() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof Fold fold && node.inputs().size() == 2) {
                String type = fold.function() == BinaryFunction.ADD ? "Add" : node.type();
                editor.replace(
                        node, new Node(node.name(), type, Binary.of(fold.function()), node.inputs(), node.outputs()));
            }
        });
    }
}

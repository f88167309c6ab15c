package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.BinaryFunction;
import java.util.Map;

/** Gives functions of two tensors the activation that follows them. */
final class BinaryFusion {

    private BinaryFusion() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            Node before = node.operator() instanceof Activate
                    ? editor.onlyFor(node.inputs().get(0), Binary.class)
                    : null;
            if (before != null
                    && node.operator() instanceof Activate activate
                    && before.operator() instanceof Binary binary
                    && gives(binary.function())
                    && binary.axis().isEmpty()) {
                FusedBinary fused = new FusedBinary(binary.function(), activate.activation());
                String type = "Fused" + before.type();
                editor.replace(node, new Node(before.name(), type, fused, before.inputs(), node.outputs()), before);
            }
        });
    }

    private static boolean gives(BinaryFunction function) {
        return !function.isComparison() && !function.isLogical();
    }
}

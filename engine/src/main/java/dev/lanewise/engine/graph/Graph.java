package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A network: nodes in an order in which every value is made before it is used, and the constants (weights) that they
 * read.
 *
 * @param name what to call the model in messages: its file
 * @param opset the version of ONNX's operators in that file, for messages only: the graph itself is free of it
 * @param inputs the values that a caller supplies; initializers are constants, not inputs
 */
public record Graph(
        String name,
        long opset,
        List<GraphValue> inputs,
        List<GraphValue> outputs,
        List<Node> nodes,
        Map<String, Tensor> constants) {

    public Graph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        constants = Map.copyOf(constants);
    }
}

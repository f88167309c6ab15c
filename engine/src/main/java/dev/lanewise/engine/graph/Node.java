package dev.lanewise.engine.graph;

import java.util.List;

/**
 * One application of an operator.
 *
 * @param name the node's name in the file, or a made-up one that is unique in the graph
 * @param type the ONNX operator type, such as {@code Conv}
 * @param inputs the names of the input values; empty for an optional input left out
 * @param outputs the names of the output values; empty for an optional output that nobody wants
 */
public record Node(String name, String type, Operator operator, List<String> inputs, List<String> outputs) {

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The same node with other inputs. */
    public Node reading(List<String> others) {
        return new Node(name, type, operator, others, outputs);
    }

    /** As in {@code Conv 'layer1.conv2'}. */
    @Override
    public String toString() {
        return type + " '" + name + "'";
    }
}

package dev.lanewise.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A model with nodes that Lanewise does not run; the one-line message and {@link #nodes} name every one of them. */
public final class UnsupportedOperatorsException extends UnsupportedModelException {

    /**
     * A node that Lanewise does not run.
     *
     * @param operator the operator type, with its domain if that is not ONNX's own: {@code com.microsoft.FusedConv}
     * @param opset the version of the operator's domain that the model asks for
     * @param reason why not, such as {@code three spatial dimensions}
     */
    public record UnsupportedNode(String operator, long opset, String name, String reason) {}

    private final transient List<UnsupportedNode> nodes;

    public UnsupportedOperatorsException(String model, List<UnsupportedNode> nodes) {
        super(model + ": " + nodes.size() + (nodes.size() == 1 ? " node is" : " nodes are") + " not supported: "
                + text(nodes));
        this.nodes = List.copyOf(nodes);
    }

    public List<UnsupportedNode> nodes() {
        return nodes;
    }

    /** The nodes by their kind, as in {@code Conv (opset 13; three spatial dimensions): 'conv1', 'conv2'}. */
    private static String text(List<UnsupportedNode> nodes) {
        Map<String, String> byKind = nodes.stream()
                .collect(Collectors.groupingBy(
                        node -> node.operator() + " (opset " + node.opset() + "; " + node.reason() + ")",
                        LinkedHashMap::new,
                        Collectors.mapping(node -> "'" + node.name() + "'", Collectors.joining(", "))));
        return byKind.entrySet().stream()
                .map(kind -> kind.getKey() + ": " + kind.getValue())
                .collect(Collectors.joining("; "));
    }
}

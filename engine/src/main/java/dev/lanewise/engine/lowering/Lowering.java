package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a graph into a plan for inputs of certain shapes. Nothing in it depends on the CPU. */
public final class Lowering {

    private Lowering() {}

    /**
     * Lowers a graph from which dead nodes have been removed.
     *
     * @param facts about all values, with the shapes of the inputs; what depends on a shape that is not known runs on
     *     row-major tensors, as does every operator without a kernel
     * @param wanted the values to compute, any of the graph's
     * @param winograd whether 3x3 convolutions may be computed by Winograd's algorithm
     */
    public static Plan lower(Graph graph, Map<String, ValueFact> facts, List<String> wanted, boolean winograd) {
        Images images = new Images(graph, facts);
        List<LoweredNode> nodes = nodes(graph.nodes(), images, wanted, winograd);
        ChannelOrders orders = new ChannelOrders(images, new AppendedConcats(images, nodes), nodes);
        Paddings paddings = new Paddings(nodes);
        nodes.forEach(node -> wantPadding(node, orders, paddings));
        Emission emission = new Emission(graph, images, orders, paddings, nodes);
        return emission.plan(wanted);
    }

    private static List<LoweredNode> nodes(List<Node> nodes, Images images, List<String> wanted, boolean winograd) {
        NodeLowering lowering = new NodeLowering(images, winograd);
        List<LoweredNode> lowered = new ArrayList<>();
        // A row of flattened pixels is read in place by fully connected layers, and by nothing else.
        Set<String> readOtherwise = new HashSet<>(wanted);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            List<LoweredNode> its = lowering.lower(node);
            if (its.get(0) instanceof LoweredNode.Flatten flatten && readOtherwise.contains(flatten.output())) {
                its = List.of(new LoweredNode.Fallback(node));
            }
            if (!(its.get(0) instanceof LoweredNode.Multiply)) {
                readOtherwise.addAll(node.inputs());
            }
            lowered.addAll(0, its);
        }
        return lowered;
    }

    private static void wantPadding(LoweredNode node, ChannelOrders orders, Paddings paddings) {
        if (node instanceof LoweredNode.Convolve convolve && Emission.readsInPlace(convolve, orders)) {
            paddings.want(
                    convolve.input(), Paddings.Padding.of(standalone(convolve).input()));
        }
    }

    /** The plan that a convolution would have by itself. */
    static ConvPlan standalone(LoweredNode.Convolve node) {
        return node.algorithm() == Algorithm.WINOGRAD
                ? ConvPlan.winograd(node.workload())
                : ConvPlan.of(node.workload());
    }

    /** The names of a graph's outputs. */
    public static List<String> outputs(Graph graph) {
        return graph.outputs().stream().map(GraphValue::name).toList();
    }
}

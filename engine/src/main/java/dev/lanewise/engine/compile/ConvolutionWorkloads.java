package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The convolutions of a network as the kernels see them. */
public final class ConvolutionWorkloads {

    private ConvolutionWorkloads() {}

    /** The different ones, in the order of the network; a batch that is not known counts as 1, other unknown sizes drop out. */
    public static List<ConvWorkload> of(Graph graph, Map<String, ValueFact> facts) {
        Set<ConvWorkload> workloads = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof Convolution || node.operator() instanceof FusedConvolution) {
                Optional<Shape> input = shape(facts.get(node.inputs().get(0)));
                Optional<Shape> weights = shape(facts.get(node.inputs().get(1)));
                if (input.isPresent() && weights.isPresent()) {
                    boolean bias =
                            node.inputs().size() > 2 && !node.inputs().get(2).isEmpty();
                    workloads.add(workload(node.operator(), input.get(), weights.get(), bias));
                }
            }
        }
        return List.copyOf(workloads);
    }

    private static ConvWorkload workload(Operator operator, Shape input, Shape weights, boolean bias) {
        return operator instanceof FusedConvolution fused
                ? fused.workload(input, weights, bias)
                : ((Convolution) operator).workload(input, weights, bias);
    }

    private static Optional<Shape> shape(@Nullable ValueFact fact) {
        List<Dimension> dimensions = fact == null ? null : fact.dimensions();
        if (dimensions == null || dimensions.isEmpty()) {
            return Optional.empty();
        }
        int[] sizes = new int[dimensions.size()];
        for (int axis = 0; axis < sizes.length; axis++) {
            Dimension dimension = dimensions.get(axis);
            boolean known = dimension.isKnown() && dimension.size() > 0 && dimension.size() <= Integer.MAX_VALUE;
            if (!known && axis > 0) {
                return Optional.empty();
            }
            sizes[axis] = known ? (int) dimension.size() : 1;
        }
        return Optional.of(Shape.of(sizes));
    }
}

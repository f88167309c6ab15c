package dev.lanewise.engine;

import dev.lanewise.engine.compile.MultiplyAdds;
import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.TransposedConvolution;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a network consists of, after compilation.
 *
 * @param layers in the order in which they run
 * @param parameters the weights of the whole network, shared ones counted once
 * @param multiplyAdds of one run, perhaps symbolic in the batch; empty if shapes are not known well enough
 */
public record ModelDescription(
        String name,
        List<GraphValue> inputs,
        List<GraphValue> outputs,
        List<Layer> layers,
        long parameters,
        Optional<Dimension> multiplyAdds) {

    /**
     * One operator of the network.
     *
     * @param inputs the types of what it reads, weights and other constants left out
     * @param groups of a convolution; 0 for other operators
     * @param kernel the window of a convolution or pooling, height before width; empty for other operators
     * @param multiplyAdds of one run, perhaps symbolic in the batch, and 0 for anything but convolutions and matrix
     *     products; empty if shapes are not known well enough
     */
    public record Layer(
            String name,
            String operator,
            List<TensorType> inputs,
            List<TensorType> outputs,
            long groups,
            List<Long> kernel,
            long parameters,
            Optional<Dimension> multiplyAdds) {

        /** Floating-point operations in millions, two for each multiply-add; per image where the batch is symbolic. */
        public Optional<Double> megaflop() {
            return ModelDescription.megaflop(multiplyAdds);
        }
    }

    /** Floating-point operations in millions, two for each multiply-add; per image where the batch is symbolic. */
    public Optional<Double> megaflop() {
        return megaflop(multiplyAdds);
    }

    static ModelDescription of(Model model, Graph graph, Map<String, ValueFact> facts) {
        List<Layer> layers =
                graph.nodes().stream().map(node -> layer(node, graph, facts)).toList();
        Set<String> weights = new HashSet<>();
        graph.nodes().forEach(node -> weights.addAll(weights(node, graph)));
        return new ModelDescription(
                model.name(),
                described(model.inputs(), facts),
                described(model.outputs(), facts),
                layers,
                elements(weights, graph),
                sum(layers.stream().map(Layer::multiplyAdds).toList()));
    }

    private static List<GraphValue> described(List<GraphValue> values, Map<String, ValueFact> facts) {
        return values.stream()
                .map(value -> {
                    ValueFact fact = facts.get(value.name());
                    return fact == null || fact.dimensions() == null
                            ? value
                            : new GraphValue(value.name(), fact.type());
                })
                .toList();
    }

    private static Layer layer(Node node, Graph graph, Map<String, ValueFact> facts) {
        List<String> inputs = node.inputs().stream()
                .filter(input -> !graph.constants().containsKey(input))
                .toList();
        return new Layer(
                node.name(),
                node.type(),
                types(inputs, facts),
                types(node.outputs(), facts),
                groups(node.operator()),
                kernel(node, facts),
                elements(weights(node, graph), graph),
                MultiplyAdds.of(node, facts));
    }

    private static long groups(Operator operator) {
        if (operator instanceof Convolution convolution) {
            return convolution.groups();
        }
        if (operator instanceof FusedConvolution fused) {
            return fused.convolution().groups();
        }
        return operator instanceof TransposedConvolution convolution ? convolution.groups() : 0;
    }

    private static List<Long> kernel(Node node, Map<String, ValueFact> facts) {
        if (node.operator() instanceof MaxPooling pooling) {
            return longs(pooling.window().kernel());
        }
        if (node.operator() instanceof AveragePooling pooling) {
            return longs(pooling.window().kernel());
        }
        if (groups(node.operator()) == 0) {
            return List.of();
        }
        // Output and input channels come first in a convolution's weights.
        List<Dimension> weights = dimensions(node.inputs().get(1), facts);
        return weights.size() > 2 && weights.stream().allMatch(Dimension::isKnown)
                ? weights.subList(2, weights.size()).stream()
                        .map(Dimension::size)
                        .toList()
                : List.of();
    }

    private static List<Long> longs(List<Integer> sizes) {
        return sizes.stream().map(Integer::longValue).toList();
    }

    private static List<Dimension> dimensions(String value, Map<String, ValueFact> facts) {
        ValueFact fact = facts.get(value);
        List<Dimension> dimensions = fact == null ? null : fact.dimensions();
        return dimensions == null ? List.of() : dimensions;
    }

    private static List<TensorType> types(List<String> values, Map<String, ValueFact> facts) {
        List<TensorType> types = new ArrayList<>();
        for (String value : values) {
            ValueFact fact = facts.get(value);
            if (fact != null) {
                types.add(fact.type());
            }
        }
        return List.copyOf(types);
    }

    /** The constants that were learnt: tensors of numbers, but neither shapes and axes nor a Resize's scales. */
    private static Set<String> weights(Node node, Graph graph) {
        Set<String> weights = new HashSet<>();
        if (node.type().equals("Resize") || node.type().equals("Upsample")) {
            return weights;
        }
        for (String input : node.inputs()) {
            Tensor constant = graph.constants().get(input);
            if (constant != null && constant.shape().rank() > 0 && isWeight(constant.elementType())) {
                weights.add(input);
            }
        }
        return weights;
    }

    private static boolean isWeight(ElementType type) {
        return type.storage() != ElementType.Storage.LONG || type == ElementType.INT8 || type == ElementType.UINT8;
    }

    private static long elements(Set<String> constants, Graph graph) {
        long elements = 0;
        for (String name : constants) {
            Tensor constant = graph.constants().get(name);
            elements += constant == null ? 0 : constant.shape().size();
        }
        return elements;
    }

    /** The sum of counts that are all numbers, or all multiples of one symbolic batch. */
    private static Optional<Dimension> sum(List<Optional<Dimension>> counts) {
        Dimension sum = Dimension.of(0);
        for (Optional<Dimension> count : counts) {
            if (count.isEmpty()) {
                return Optional.empty();
            }
            Dimension next = count.get();
            if (next.coefficient() != 0) {
                if (sum.coefficient() != 0 && !sum.symbols().equals(next.symbols())) {
                    return Optional.empty();
                }
                long coefficient = sum.coefficient() + next.coefficient();
                if (coefficient < 0) {
                    return Optional.empty();
                }
                sum = new Dimension(coefficient, next.symbols());
            }
        }
        return Optional.of(sum);
    }

    private static Optional<Double> megaflop(Optional<Dimension> multiplyAdds) {
        return multiplyAdds.filter(count -> count.symbols().size() <= 1).map(count -> 2e-6 * count.coefficient());
    }
}

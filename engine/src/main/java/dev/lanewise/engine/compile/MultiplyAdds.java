package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The multiply-adds of the layers that have any worth counting: convolutions and matrix products. */
public final class MultiplyAdds {

    private MultiplyAdds() {}

    /**
     * How many multiply-adds one run of a node takes, padding included; 0 for other operators.
     *
     * @return the count, perhaps symbolic in the batch; empty if the shapes are not known well enough
     */
    public static Optional<Dimension> of(Node node, Map<String, ValueFact> facts) {
        try {
            return count(node, facts);
        } catch (ArithmeticException e) {
            // Beyond what a long can count: no such tensors can be run.
            return Optional.empty();
        }
    }

    private static Optional<Dimension> count(Node node, Map<String, ValueFact> facts) {
        return switch (node.type()) {
            case "Conv", "FusedConv" -> perElement(output(node, facts), dimensions(node, 1, facts), 1);
            // Every input element meets each tap of each output channel of its group.
            case "ConvTranspose" -> perElement(dimensions(node, 0, facts), dimensions(node, 1, facts), 1);
            case "Gemm", "FusedGemm" -> gemm(node, facts);
            case "MatMul" -> matMul(node, facts);
            default -> Optional.of(Dimension.of(0));
        };
    }

    /** The elements of one tensor, times the product of another's dimensions from an axis on. */
    private static Optional<Dimension> perElement(
            @Nullable List<Dimension> elements, @Nullable List<Dimension> weights, int fromAxis) {
        if (elements == null || weights == null || weights.size() < fromAxis) {
            return Optional.empty();
        }
        return Optional.of(product(elements).times(product(weights.subList(fromAxis, weights.size()))));
    }

    private static Optional<Dimension> gemm(Node node, Map<String, ValueFact> facts) {
        List<Dimension> a = dimensions(node, 0, facts);
        List<Dimension> output = output(node, facts);
        if (a == null || output == null || output.size() != 2) {
            return Optional.empty();
        }
        // a has rows times depth elements, in either order.
        return Optional.of(product(a).times(output.get(1)));
    }

    private static Optional<Dimension> matMul(Node node, Map<String, ValueFact> facts) {
        List<Dimension> a = dimensions(node, 0, facts);
        List<Dimension> output = output(node, facts);
        if (a == null || a.isEmpty() || output == null) {
            return Optional.empty();
        }
        return Optional.of(product(output).times(a.get(a.size() - 1)));
    }

    private static @Nullable List<Dimension> dimensions(Node node, int input, Map<String, ValueFact> facts) {
        ValueFact fact = input < node.inputs().size() ? facts.get(node.inputs().get(input)) : null;
        return fact == null ? null : fact.dimensions();
    }

    private static @Nullable List<Dimension> output(Node node, Map<String, ValueFact> facts) {
        ValueFact fact = facts.get(node.outputs().get(0));
        return fact == null ? null : fact.dimensions();
    }

    private static Dimension product(List<Dimension> dimensions) {
        return dimensions.stream().reduce(Dimension.of(1), Dimension::times);
    }
}

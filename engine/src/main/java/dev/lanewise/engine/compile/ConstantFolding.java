package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.graph.WindowOperator;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replaces nodes by the constants that they make in every run: those that read constants only, and those, such as Shape,
 * of whose outputs all elements are known from the inputs' types.
 */
final class ConstantFolding {

    /** Elements that folding may make in any model; a small file must not be able to fill the heap. */
    private static final long FREE_ELEMENTS = 16L << 20;

    /** Elements that folding may make for each element of the model's own constants: decoding weights takes a few. */
    private static final long ELEMENTS_PER_CONSTANT = 4;

    /** Beyond this, a product of constants costs more time at load than a model is worth waiting for. */
    private static final long MAX_MULTIPLY_ADDS = 100_000_000;

    private final String model;
    private final Map<String, ValueFact> facts;
    private final Map<String, Tensor> constants;
    private long budget;

    private ConstantFolding(Graph graph, Map<String, ValueFact> facts) {
        this.model = graph.name();
        this.facts = facts;
        this.constants = new HashMap<>(graph.constants());
        long elements = constants.values().stream()
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
        this.budget = FREE_ELEMENTS + ELEMENTS_PER_CONSTANT * elements;
    }

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return new ConstantFolding(graph, facts).fold(graph);
    }

    private Graph fold(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!foldKnown(node) && !foldEvaluated(node)) {
                nodes.add(node);
            }
        }
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), nodes, constants);
    }

    /** Folds a node of which shape inference knows every output. */
    private boolean foldKnown(Node node) {
        Map<String, Tensor> known = new HashMap<>();
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                Tensor value = known(facts.get(output));
                if (value == null) {
                    return false;
                }
                known.put(output, value);
            }
        }
        constants.putAll(known);
        return true;
    }

    private static @Nullable Tensor known(@Nullable ValueFact fact) {
        if (fact == null || fact.constant() != null) {
            return fact == null ? null : fact.constant();
        }
        long[] elements = fact.knownElements();
        List<Dimension> dimensions = fact.dimensions();
        if (elements == null || dimensions == null || !fact.elementType().isInteger()) {
            return null;
        }
        Shape shape = dimensions.isEmpty() ? Shape.scalar() : Shape.of(elements.length);
        ElementType type = fact.elementType();
        return new LongTensor(type, shape, elements);
    }

    /** Folds a node by evaluating it, if it reads constants only and the result stays within bounds. */
    private boolean foldEvaluated(Node node) {
        List<@Nullable Tensor> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            Tensor constant = constants.get(input);
            if (constant == null && !input.isEmpty()) {
                return false;
            }
            inputs.add(constant);
        }
        // Pictures are not what models compute from constants, and a window over a large one takes long.
        if (node.operator() instanceof WindowOperator) {
            return false;
        }
        long elements = outputElements(node);
        Optional<Dimension> multiplyAdds = MultiplyAdds.of(node, facts);
        if (elements > budget
                || multiplyAdds.isEmpty()
                || !multiplyAdds.get().isKnown()
                || multiplyAdds.get().size() > MAX_MULTIPLY_ADDS) {
            return false;
        }
        List<Tensor> outputs = ReferenceExecutor.evaluate(model, node, inputs);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                constants.put(node.outputs().get(i), outputs.get(i));
            }
        }
        budget -= elements;
        return true;
    }

    /** The elements that a node makes, more than any budget if they are not known. */
    private long outputElements(Node node) {
        double elements = 0;
        for (String output : node.outputs()) {
            ValueFact fact = facts.get(output);
            if (fact != null) {
                List<Dimension> dimensions = fact.dimensions();
                if (dimensions == null || !fact.type().isFullyKnown()) {
                    return Long.MAX_VALUE;
                }
                elements += dimensions.stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
            }
        }
        return (long) elements;
    }
}

package dev.lanewise.engine;

import dev.lanewise.engine.compile.ShapeInference;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a model must be given, and a clear error for what it cannot take. */
final class InputRequirements {

    private final String name;
    private final Graph compiled;

    /** The values that anything depends on; the shape of another input cannot be wrong. */
    private final Set<String> read = new HashSet<>();

    /** @param written the graph as the file has it, before nodes that nobody needs were removed */
    InputRequirements(Graph written, Graph compiled) {
        this.name = written.name();
        this.compiled = compiled;
        written.outputs().forEach(output -> read.add(output.name()));
        written.nodes().forEach(node -> read.addAll(node.inputs()));
    }

    private List<GraphValue> inputs() {
        return compiled.inputs();
    }

    /** @throws ModelException if an input is missing, or its shape or type does not fit */
    void check(Map<String, Tensor> given) {
        Map<String, Long> sizes = new HashMap<>();
        for (GraphValue input : inputs()) {
            Tensor tensor = given.get(input.name());
            if (tensor == null) {
                throw new ModelException(name + ": input '" + input.name() + "' is missing; " + wants());
            }
            if (tensor.elementType() != input.type().elementType()) {
                throw new ModelException(
                        name + ": input '" + input.name() + "' is " + tensor + ", but the model wants " + input.type());
            }
            if (read.contains(input.name())) {
                checkShape(input, tensor.shape(), sizes);
            }
        }
        given.keySet().forEach(this::input);
    }

    /** The shapes given, and of other inputs the declared ones; a batch of one where it is open. */
    Map<String, Shape> shapes(Map<String, Shape> given) {
        Map<String, ValueFact> facts = infer(given);
        Map<String, Shape> shapes = new HashMap<>();
        for (GraphValue input : inputs()) {
            ValueFact fact = facts.get(input.name());
            List<Dimension> dimensions = fact == null ? null : fact.dimensions();
            if (dimensions == null || dimensions.stream().skip(1).anyMatch(dimension -> !dimension.isKnown())) {
                throw new ModelException(name + ": the shape of input '" + input.name() + "' is open: " + input.type());
            }
            shapes.put(
                    input.name(),
                    Shape.of(dimensions.stream()
                            .mapToLong(dimension -> dimension.isKnown() ? dimension.size() : 1)
                            .toArray()));
        }
        return shapes;
    }

    /**
     * What can be known of all values of the compiled graph.
     *
     * @param inputShapes by the inputs' names; an input without one keeps its declared, perhaps symbolic shape
     * @throws ModelException if there is no such input or its shape does not fit
     */
    Map<String, ValueFact> infer(Map<String, Shape> inputShapes) {
        Map<String, TensorType> types = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        inputShapes.forEach((input, shape) -> {
            GraphValue declared = input(input);
            checkShape(declared, shape, sizes);
            types.put(input, new TensorType(declared.type().elementType(), TensorType.dimensions(shape)));
        });
        return ShapeInference.infer(compiled, types);
    }

    /** A tensor of zeros for every input. */
    Map<String, Tensor> zeros(Map<String, Shape> shapes) {
        Map<String, Tensor> inputs = new HashMap<>();
        shapes.forEach((input, shape) -> inputs.put(input, FloatTensor.of(shape, new float[shape.size()])));
        check(inputs);
        return inputs;
    }

    private GraphValue input(String input) {
        return inputs().stream()
                .filter(value -> value.name().equals(input))
                .findFirst()
                .orElseThrow(() -> new ModelException(name + ": there is no input '" + input + "'; " + wants()));
    }

    private void checkShape(GraphValue input, Shape shape, Map<String, Long> sizes) {
        List<Dimension> wanted = input.type().dimensions();
        if (wanted == null) {
            return;
        }
        boolean fits = wanted.size() == shape.rank();
        for (int axis = 0; fits && axis < wanted.size(); axis++) {
            Dimension dimension = wanted.get(axis);
            fits = !dimension.isKnown() || dimension.size() == shape.dim(axis);
        }
        if (!fits) {
            throw new ModelException(name + ": input '" + input.name() + "' has shape " + shape
                    + ", but the model wants " + input.type());
        }
        for (int axis = 0; axis < wanted.size(); axis++) {
            Long other = sizes.putIfAbsent(wanted.get(axis).toString(), (long) shape.dim(axis));
            if (other != null && other != shape.dim(axis)) {
                throw new ModelException(name + ": input '" + input.name() + "' has shape " + shape
                        + ", but the model wants " + input.type() + ", where " + wanted.get(axis) + " is " + other
                        + " already");
            }
        }
    }

    private String wants() {
        List<String> texts = new ArrayList<>();
        inputs().forEach(input -> texts.add("'" + input.name() + "' " + input.type()));
        return "the model wants " + (texts.isEmpty() ? "no input" : String.join(", ", texts));
    }
}

package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A graph's values as image batches: those of rank 4, and matrices as images of one pixel. */
final class Images {

    private final Graph graph;
    private final Map<String, ValueFact> facts;
    /** Constants that were brought to the form of an image, by made-up names. */
    private final Map<String, FloatTensor> constants = new HashMap<>();

    Images(Graph graph, Map<String, ValueFact> facts) {
        this.graph = graph;
        this.facts = facts;
    }

    /** {@code [batch, channels, height, width]}; empty for what is no image of 32-bit floats, or of unknown shape or empty. */
    Optional<Shape> shape(String value) {
        FloatTensor made = constants.get(value);
        if (made != null) {
            return Optional.of(made.shape());
        }
        ValueFact fact = facts.get(value);
        if (fact == null || fact.elementType() != ElementType.FLOAT32) {
            return Optional.empty();
        }
        return fullShape(value).flatMap(shape -> {
            if (shape.size() == 0) {
                return Optional.empty();
            }
            return switch (shape.rank()) {
                case 2 -> Optional.of(Shape.of(shape.dim(0), shape.dim(1), 1, 1));
                case 4 -> Optional.of(shape);
                default -> Optional.empty();
            };
        });
    }

    /** The shape as it is, if all of it is known. */
    Optional<Shape> fullShape(String value) {
        ValueFact fact = facts.get(value);
        List<Dimension> dimensions = fact == null ? null : fact.dimensions();
        if (dimensions == null
                || !dimensions.stream().allMatch(dimension -> dimension.isKnown() && dimension.size() >= 0)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Shape.of(dimensions.stream().mapToLong(Dimension::size).toArray()));
        } catch (IllegalArgumentException tooLarge) {
            return Optional.empty();
        }
    }

    /** A constant operand as an image batch under a made-up name. */
    String addConstant(String name, FloatTensor image) {
        constants.put(name, image);
        return name;
    }

    @Nullable
    FloatTensor constantImage(String value) {
        return constants.get(value);
    }

    int rank(String value) {
        return fullShape(value).map(Shape::rank).orElse(-1);
    }

    boolean isConstant(String value) {
        return graph.constants().containsKey(value);
    }

    /** The value of a constant of any type; null for other values, and for an input left out. */
    @Nullable
    Tensor constant(String value) {
        return graph.constants().get(value);
    }

    /** The elements of a constant of 32-bit floats; null for anything else. */
    float @Nullable [] floats(String value) {
        return constant(value) instanceof FloatTensor tensor && tensor.elementType() == ElementType.FLOAT32
                ? tensor.data()
                : null;
    }
}

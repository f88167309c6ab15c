package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor before run time.
 *
 * @param dimensions the dimensions, outermost first; null if not even the rank is known
 */
public record TensorType(ElementType elementType, @Nullable List<Dimension> dimensions) {

    public TensorType {
        dimensions = dimensions == null ? null : List.copyOf(dimensions);
    }

    public static TensorType of(Tensor tensor) {
        return new TensorType(tensor.elementType(), dimensions(tensor.shape()));
    }

    public static List<Dimension> dimensions(Shape shape) {
        return IntStream.of(shape.toArray()).mapToObj(Dimension::of).toList();
    }

    public static TensorType unknownRank(ElementType elementType) {
        return new TensorType(elementType, null);
    }

    public boolean isFullyKnown() {
        return dimensions != null && dimensions.stream().allMatch(Dimension::isKnown);
    }

    /** As in {@code FLOAT32[N,3,224,224]}. */
    @Override
    public String toString() {
        return elementType
                + (dimensions == null
                        ? "[...]"
                        : dimensions.stream().map(Dimension::toString).collect(Collectors.joining(",", "[", "]")));
    }
}

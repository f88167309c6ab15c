package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a value before run time: its type, and for the small integer tensors from which exporters compute
 * shapes, or for constants, also its elements.
 *
 * @param constant the value itself, if it is the same in every run
 * @param elements the elements of an integer tensor of rank 0 or 1, possibly symbolic ({@code [N, 4, 8, 28, 28]})
 */
public record ValueFact(
        TensorType type,
        @Nullable Tensor constant,
        @Nullable List<Dimension> elements) {

    /** The most elements that are followed symbolically. */
    private static final int MAX_FOLLOWED = 64;

    public static ValueFact of(TensorType type) {
        return new ValueFact(type, null, null);
    }

    public static ValueFact of(ElementType elementType, List<Dimension> dimensions) {
        return of(new TensorType(elementType, dimensions));
    }

    public static ValueFact constant(Tensor tensor) {
        boolean follow = tensor.elementType().isInteger()
                && tensor.shape().rank() <= 1
                && tensor.shape().size() <= MAX_FOLLOWED;
        List<Dimension> elements = follow
                ? IntStream.range(0, tensor.shape().size())
                        .mapToObj(i -> Dimension.of(tensor.longAt(i)))
                        .toList()
                : null;
        return new ValueFact(TensorType.of(tensor), tensor, elements);
    }

    /** A vector of INT64 sizes, some of them perhaps symbolic. */
    public static ValueFact sizes(List<Dimension> elements) {
        return new ValueFact(
                new TensorType(ElementType.INT64, TensorType.dimensions(Shape.of(elements.size()))),
                null,
                List.copyOf(elements));
    }

    public ElementType elementType() {
        return type.elementType();
    }

    public @Nullable List<Dimension> dimensions() {
        return type.dimensions();
    }

    /** The elements as plain numbers, if every one of them is known; null otherwise. */
    public long @Nullable [] knownElements() {
        if (elements == null || !elements.stream().allMatch(Dimension::isKnown)) {
            return null;
        }
        return elements.stream().mapToLong(Dimension::size).toArray();
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic on dimensions, and facts about the small integer tensors that hold them. */
final class SymbolicSizes {

    /** The most elements that are followed. */
    private static final int MAX_FOLLOWED = 64;

    private SymbolicSizes() {}

    /** An integer vector of which every element is known, if only as a symbol. */
    static ValueFact vector(ElementType type, List<Dimension> elements) {
        return fact(type, Shape.of(elements.size()), elements);
    }

    /** An integer scalar. */
    static ValueFact scalar(ElementType type, Dimension element) {
        return fact(type, Shape.scalar(), List.of(element));
    }

    /** A fact about a tensor of which the elements are known if {@code elements} is not null and the shape allows it. */
    static ValueFact fact(ElementType type, List<Dimension> dimensions, @Nullable List<Dimension> elements) {
        boolean follow = dimensions.size() <= 1 && dimensions.stream().allMatch(Dimension::isKnown);
        return follow && elements != null && elements.size() <= MAX_FOLLOWED
                ? fact(type, shape(dimensions), elements)
                : ValueFact.of(type, dimensions);
    }

    private static ValueFact fact(ElementType type, Shape shape, List<Dimension> elements) {
        if (elements.stream().allMatch(Dimension::isKnown)) {
            long[] values = elements.stream().mapToLong(Dimension::size).toArray();
            return ValueFact.constant(new LongTensor(type, shape, values));
        }
        return new ValueFact(new TensorType(type, TensorType.dimensions(shape)), null, List.copyOf(elements));
    }

    /** @throws IllegalStateException if a dimension is symbolic */
    static Shape shape(List<Dimension> dimensions) {
        return Shape.of(dimensions.stream().mapToLong(Dimension::size).toArray());
    }

    /** The sum, where it is of the form that a dimension can have; else an unknown size. */
    static Dimension sum(Dimension a, Dimension b) {
        if (a.equals(Dimension.of(0))) {
            return b;
        }
        if (b.equals(Dimension.of(0))) {
            return a;
        }
        return a.symbols().equals(b.symbols())
                ? new Dimension(Math.addExact(a.coefficient(), b.coefficient()), a.symbols())
                : Dimension.unknown();
    }

    static Dimension product(List<Dimension> dimensions) {
        return dimensions.stream().reduce(Dimension.of(1), Dimension::times);
    }

    /** So many dimensions of which nothing is known. */
    static List<Dimension> unknown(int rank) {
        return Collections.nCopies(rank, 0).stream()
                .map(ignored -> Dimension.unknown())
                .toList();
    }

    /** @throws IllegalArgumentException if both sizes are known and differ */
    static void requireEqual(String what, Dimension actual, Dimension expected) {
        if (actual.isKnown() && expected.isKnown() && !actual.equals(expected)) {
            throw new IllegalArgumentException(what + " is " + actual + ", but must be " + expected);
        }
    }

    /** The length of a vector, if it is known; -1 otherwise. */
    static int length(ValueFact vector) {
        List<Dimension> dimensions = vector.dimensions();
        if (dimensions == null || dimensions.size() != 1 || !dimensions.get(0).isKnown()) {
            return -1;
        }
        return Math.toIntExact(dimensions.get(0).size());
    }
}

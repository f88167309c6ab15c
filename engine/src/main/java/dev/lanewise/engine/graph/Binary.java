package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A function of two elements, the operands broadcast to a common shape.
 *
 * @param axis the axis of the first operand that the second one's first axis stands beside; empty for today's rule, by
 *     which their last axes do. Only files that say so with an attribute, as was done before opset 7, have it.
 */
public record Binary(BinaryFunction function, OptionalInt axis) implements ElementwiseOperator {

    /** The function with operands aligned at their last axes. */
    public static Binary of(BinaryFunction function) {
        return new Binary(function, OptionalInt.empty());
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        ValueFact a = Operands.required(inputs, 0, "A");
        ValueFact b = Operands.required(inputs, 1, "B");
        ElementType type = function.isComparison() || function.isLogical() ? ElementType.BOOL : a.elementType();
        if (a.dimensions() == null || b.dimensions() == null) {
            return List.of(ValueFact.of(TensorType.unknownRank(type)));
        }
        List<Dimension> dimensions = Broadcasting.dimensions(a.dimensions(), aligned(a.dimensions(), b.dimensions()));
        return List.of(SymbolicSizes.fact(type, dimensions, SymbolicElements.binary(function, a, b)));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor a = Operands.required(inputs, 0, "A");
        Tensor b = Operands.required(inputs, 1, "B");
        if (axis.isPresent()) {
            int[] dimensions = Arrays.copyOf(
                    b.shape().toArray(),
                    b.shape().rank() + trailing(a.shape().rank(), b.shape().rank()));
            Arrays.fill(dimensions, b.shape().rank(), dimensions.length, 1);
            b = b.reshape(Shape.of(dimensions));
        }
        return List.of(ReferenceElementwise.binary(function, a, b));
    }

    private List<Dimension> aligned(List<Dimension> a, List<Dimension> b) {
        List<Dimension> dimensions = new ArrayList<>(b);
        for (int i = trailing(a.size(), b.size()); i > 0; i--) {
            dimensions.add(Dimension.of(1));
        }
        return dimensions;
    }

    /** Axes of the first operand behind the last one of the second. */
    private int trailing(int rankOfA, int rankOfB) {
        if (axis.isEmpty()) {
            return 0;
        }
        int trailing = rankOfA - Shape.axis(axis.getAsInt(), rankOfA) - rankOfB;
        if (trailing < 0) {
            throw new IllegalArgumentException("an operand of rank " + rankOfB + " from axis " + axis.getAsInt()
                    + " reaches beyond the other, of rank " + rankOfA);
        }
        return trailing;
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tensors joined along one axis.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Concat.html">ONNX Concat</a>
 */
public record Concat(int axis) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact first = Operands.required(inputs, 0, "input");
        List<Dimension> dimensions = first.dimensions();
        List<Dimension> elements = new ArrayList<>();
        boolean followed = true;
        for (int i = 0; i < inputs.size(); i++) {
            ValueFact input = Operands.required(inputs, i, "input");
            requireFits(first.elementType() == input.elementType(), i, input.type(), first.type());
            followed &= input.elements() != null;
            if (input.elements() != null) {
                elements.addAll(input.elements());
            }
            if (i > 0) {
                dimensions = joined(dimensions, input.dimensions(), i);
            }
        }
        if (dimensions == null) {
            return List.of(ValueFact.of(TensorType.unknownRank(first.elementType())));
        }
        Shape.axis(axis, dimensions.size());
        return List.of(SymbolicSizes.fact(first.elementType(), dimensions, followed ? elements : null));
    }

    /** The dimensions of two tensors joined; null if one of them is of unknown rank. */
    private @Nullable List<Dimension> joined(
            @Nullable List<Dimension> left, @Nullable List<Dimension> right, int index) {
        if (left == null || right == null) {
            return null;
        }
        requireFits(left.size() == right.size(), index, right, left);
        int along = Shape.axis(axis, left.size());
        List<Dimension> joined = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            if (i == along) {
                joined.add(SymbolicSizes.sum(left.get(i), right.get(i)));
            } else {
                SymbolicSizes.requireEqual("dimension " + i + " of input " + index, right.get(i), left.get(i));
                joined.add(left.get(i).isKnown() ? left.get(i) : right.get(i).isKnown() ? right.get(i) : left.get(i));
            }
        }
        return joined;
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            tensors.add(Operands.required(inputs, i, "input"));
        }
        Shape first = Operands.required(inputs, 0, "input").shape();
        int along = Shape.axis(axis, first.rank());
        for (int i = 1; i < tensors.size(); i++) {
            Tensor other = tensors.get(i);
            boolean fits = other.elementType() == tensors.get(0).elementType()
                    && other.shape().rank() == first.rank()
                    && other.shape().with(along, first.dim(along)).equals(first);
            requireFits(fits, i, other, tensors.get(0));
        }
        return List.of(ReferenceMovement.concat(tensors, along));
    }

    private void requireFits(boolean condition, int index, Object other, Object first) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "input " + index + " is " + other + ", which does not join " + first + " along axis " + axis);
        }
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a given shape, filled with one value. Input: the shape.
 *
 * @param value a tensor of one element
 * @see <a href="https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html">ONNX ConstantOfShape</a>
 */
public record ConstantOfShape(Tensor value) implements ShapeOperator {

    public ConstantOfShape {
        if (value.shape().size() != 1) {
            throw new IllegalArgumentException("value has shape " + value.shape() + ", not one element");
        }
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact shape = Operands.required(inputs, 0, "input");
        List<Dimension> output = shape.elements();
        if (output == null) {
            int rank = SymbolicSizes.length(shape);
            return List.of(
                    ValueFact.of(new TensorType(value.elementType(), rank < 0 ? null : SymbolicSizes.unknown(rank))));
        }
        if (output.stream().anyMatch(dimension -> dimension.coefficient() < 0)) {
            throw new IllegalArgumentException("shape " + output + " has a negative dimension");
        }
        boolean followed = value.elementType().isInteger()
                && output.size() == 1
                && output.get(0).isKnown();
        List<Dimension> elements = followed
                ? Collections.nCopies(Math.toIntExact(output.get(0).size()), Dimension.of(value.longAt(0)))
                : null;
        return List.of(SymbolicSizes.fact(value.elementType(), output, elements));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor shape = Operands.required(inputs, 0, "input");
        return List.of(ReferenceMovement.filled(Shape.of(Operands.integers(shape, "input")), value));
    }
}

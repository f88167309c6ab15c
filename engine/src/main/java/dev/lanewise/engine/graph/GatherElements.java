package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements picked one by one along an axis. Inputs: the tensor, the indices, one for each element of the output.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GatherElements.html">ONNX GatherElements</a>
 */
public record GatherElements(int axis) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact indices = Operands.required(inputs, 1, "indices");
        return List.of(ValueFact.of(new TensorType(x.elementType(), indices.dimensions())));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        Tensor indices = Operands.required(inputs, 1, "indices");
        Shape shape = x.shape();
        int along = Shape.axis(axis, shape.rank());
        boolean fits = indices.shape().rank() == shape.rank();
        for (int i = 0; fits && i < shape.rank(); i++) {
            fits = i == along || indices.shape().dim(i) <= shape.dim(i);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "indices of shape " + indices.shape() + " reach beyond a tensor of shape " + shape);
        }
        return List.of(ReferenceMovement.gatherElements(x, indices, along));
    }
}

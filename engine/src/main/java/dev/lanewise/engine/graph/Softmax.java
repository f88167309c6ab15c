package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax, or its logarithm.
 *
 * @param axis the axis along which it normalises, or the first of them; negative from the end
 * @param toEnd whether all axes from that one on are normalised together, as before opset 13
 */
public record Softmax(int axis, boolean toEnd, boolean logarithm) implements NormalizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        if (x.dimensions() != null) {
            resolved(x.dimensions().size());
        }
        return List.of(ValueFact.of(x.type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        return List.of(ReferenceNormalization.softmax(x, resolved(x.shape().rank()), toEnd, logarithm));
    }

    private int resolved(int rank) {
        // Flattened to a matrix, a tensor may have no axis left for its columns.
        return toEnd && axis == rank ? rank : Shape.axis(axis, rank);
    }
}

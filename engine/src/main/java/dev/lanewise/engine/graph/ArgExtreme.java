package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceReduction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index of the largest or smallest element along an axis: ArgMax and ArgMin.
 *
 * @param axis negative from the end
 * @param keepDims whether the axis stays, with dimension 1
 * @param last among equal elements, whether the last one counts, not the first
 */
public record ArgExtreme(boolean largest, int axis, boolean keepDims, boolean last) implements ReductionOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<Dimension> dimensions = Operands.required(inputs, 0, "data").dimensions();
        if (dimensions == null) {
            return List.of(ValueFact.of(TensorType.unknownRank(ElementType.INT64)));
        }
        List<Dimension> result = new ArrayList<>(dimensions);
        int resolved = Shape.axis(axis, dimensions.size());
        result.remove(resolved);
        if (keepDims) {
            result.add(resolved, Dimension.of(1));
        }
        return List.of(ValueFact.of(ElementType.INT64, result));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor data = Operands.required(inputs, 0, "data");
        int resolved = Shape.axis(axis, data.shape().rank());
        return List.of(ReferenceReduction.indexOfExtreme(data, resolved, largest, last, keepDims));
    }
}

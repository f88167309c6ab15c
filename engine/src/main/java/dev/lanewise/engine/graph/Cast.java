package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceCast;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements converted to another type. */
public record Cast(ElementType to) implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        // Sizes fit into 32 bits, so that they survive a conversion to either of the wide types.
        boolean keepsSizes = to == ElementType.INT64 || to == ElementType.INT32;
        return List.of(new ValueFact(new TensorType(to, x.dimensions()), null, keepsSizes ? x.elements() : null));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceCast.cast(Operands.required(inputs, 0, "input"), to));
    }
}

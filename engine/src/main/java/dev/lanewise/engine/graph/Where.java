package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements of the second input where the first is true, of the third elsewhere. */
public record Where() implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        ValueFact condition = Operands.required(inputs, 0, "condition");
        ValueFact a = Operands.required(inputs, 1, "X");
        ValueFact b = Operands.required(inputs, 2, "Y");
        ElementType type = a.elementType();
        List<Dimension> dimensions = Broadcasting.dimensions(List.of(condition, a, b));
        return List.of(
                dimensions == null
                        ? ValueFact.of(TensorType.unknownRank(type))
                        : SymbolicSizes.fact(type, dimensions, SymbolicElements.where(condition, a, b)));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceElementwise.where(
                Operands.required(inputs, 0, "condition"),
                Operands.required(inputs, 1, "X"),
                Operands.required(inputs, 2, "Y")));
    }
}

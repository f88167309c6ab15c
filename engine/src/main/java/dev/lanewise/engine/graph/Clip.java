package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements limited to a range; inputs are the elements, the minimum and the maximum, of which either may be left out. */
public record Clip() implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        return constants != null
                ? constants
                : List.of(ValueFact.of(Operands.required(inputs, 0, "input").type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceElementwise.clip(
                Operands.required(inputs, 0, "input"), Operands.optional(inputs, 1), Operands.optional(inputs, 2)));
    }
}

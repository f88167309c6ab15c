package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sum, minimum or maximum of any number of broadcast operands, taken from the left. */
public record Fold(BinaryFunction function) implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        ValueFact result = Operands.required(inputs, 0, "first operand");
        for (int i = 1; i < inputs.size(); i++) {
            List<@Nullable ValueFact> pair = new ArrayList<>();
            pair.add(result);
            pair.add(Operands.required(inputs, i, "operand"));
            result = Binary.of(function).infer(pair).get(0);
        }
        return List.of(result);
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceElementwise.fold(function, Operands.all(inputs)));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The input itself. */
public record Identity() implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(Operands.required(inputs, 0, "input"));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(Operands.required(inputs, 0, "input"));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mean of any number of broadcast operands. */
public record Mean() implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        TensorType type = new Fold(BinaryFunction.ADD).infer(inputs).get(0).type();
        return List.of(ValueFact.of(type));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceElementwise.mean(Operands.all(inputs)));
    }
}

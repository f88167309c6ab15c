package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code activation(f(a, b))} for operands that are broadcast to a common shape, their last axes side by side; made by the
 * compiler.
 *
 * @param function one that gives numbers
 */
public record FusedBinary(BinaryFunction function, Activation activation) implements ElementwiseOperator {

    public FusedBinary {
        if (function.isComparison() || function.isLogical()) {
            throw new IllegalArgumentException(function + " gives nothing that could be activated");
        }
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        Operands.requireFloats(Operands.required(inputs, 0, "A"), "A");
        return List.of(ValueFact.of(Binary.of(function).infer(inputs).get(0).type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        // The result may be an operand itself, which others read too.
        Tensor result = Binary.of(function).evaluate(inputs).get(0);
        float[] data = Operands.floats(result, "A").clone();
        return List.of(Activate.activated(activation, new FloatTensor(result.elementType(), result.shape(), data)));
    }
}

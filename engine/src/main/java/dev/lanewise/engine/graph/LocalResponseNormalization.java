package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every element divided by a power of the squares in {@code size} neighbouring channels. */
public record LocalResponseNormalization(int size, float alpha, float beta, float bias)
        implements NormalizationOperator {

    public LocalResponseNormalization {
        if (size < 1) {
            throw new IllegalArgumentException("size must be at least 1, not " + size);
        }
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(ValueFact.of(
                Operands.requireFloats(Operands.required(inputs, 0, "X"), "X").type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceNormalization.localResponseNormalization(
                Operands.required(inputs, 0, "X"), size, alpha, beta, bias));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Channels scaled and shifted by given statistics; inputs are X, scale, bias, mean and variance. */
public record BatchNormalization(float epsilon) implements NormalizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(ValueFact.of(Operands.required(inputs, 0, "X").type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceNormalization.batchNormalization(
                Operands.required(inputs, 0, "X"),
                Operands.required(inputs, 1, "scale"),
                Operands.required(inputs, 2, "B"),
                Operands.required(inputs, 3, "input_mean"),
                Operands.required(inputs, 4, "input_var"),
                epsilon));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every channel of every image normalised by its own statistics; inputs are the input, scale and bias. */
public record InstanceNormalization(float epsilon) implements NormalizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(ValueFact.of(Operands.required(inputs, 0, "input").type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceNormalization.instanceNormalization(
                Operands.required(inputs, 0, "input"),
                Operands.required(inputs, 1, "scale"),
                Operands.required(inputs, 2, "B"),
                epsilon));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: {@code activation(x * weights + bias)}. Inputs: X {@code [N, K]}, weights {@code [K, M]}, bias
 * {@code [M]} (optional); made by the compiler.
 *
 * @param transposed whether the weights are {@code [M, K]}
 */
public record FusedGemm(boolean transposed, Activation activation) implements LinearOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        Operands.requireFloats(Operands.required(inputs, 0, "X"), "X");
        return product().infer(inputs);
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        // Freshly computed, whatever the inputs are.
        FloatTensor product = (FloatTensor) product().evaluate(inputs).get(0);
        return List.of(Activate.activated(activation, product));
    }

    private Gemm product() {
        return new Gemm(1, 1, false, transposed);
    }
}

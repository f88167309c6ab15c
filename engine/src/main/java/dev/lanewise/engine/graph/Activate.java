package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of every element that kernels can apply before they store a result. The compiler makes it of the nodes, one
 * or several, by which a file says the same.
 */
public record Activate(Activation activation) implements ElementwiseOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        return List.of(ValueFact.of(
                Operands.requireFloats(Operands.required(inputs, 0, "X"), "X").type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        float[] data = Operands.floats(x, "X").clone();
        return List.of(activated(activation, new FloatTensor(x.elementType(), x.shape(), data)));
    }

    /** A tensor that nobody else has seen yet, activated in place. */
    static FloatTensor activated(Activation activation, FloatTensor fresh) {
        ReferenceActivation.apply(activation, fresh.data());
        return Operands.rounded(fresh.elementType(), fresh.shape(), fresh.data());
    }
}

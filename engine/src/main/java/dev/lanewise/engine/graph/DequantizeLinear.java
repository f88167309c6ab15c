package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceQuantization;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Integers back to numbers of the scale's type; inputs are x, the scale and the zero point, which may be left out.
 *
 * @param axis the axis along which there are several parameters, if there are; negative from the end
 * @param blockSize elements along that axis that share a parameter; 0 if each has its own
 */
public record DequantizeLinear(int axis, int blockSize) implements QuantizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "x");
        ValueFact scale = Operands.required(inputs, 1, "x_scale");
        return List.of(ValueFact.of(new TensorType(scale.elementType(), x.dimensions())));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceQuantization.dequantize(
                Operands.required(inputs, 0, "x"),
                Operands.required(inputs, 1, "x_scale"),
                Operands.optional(inputs, 2),
                axis,
                blockSize));
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceQuantization;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers to integers; inputs are x, the scale and the zero point, which may be left out.
 *
 * @param outputType the integers' type; null for that of the zero point, or UINT8
 * @param axis the axis along which there are several parameters, if there are; negative from the end
 * @param blockSize elements along that axis that share a parameter; 0 if each has its own
 */
public record QuantizeLinear(@Nullable ElementType outputType, int axis, int blockSize)
        implements QuantizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "x");
        ValueFact zeroPoint = Operands.optional(inputs, 2);
        ElementType type = type(zeroPoint == null ? null : zeroPoint.elementType());
        return List.of(ValueFact.of(new TensorType(type, x.dimensions())));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor zeroPoint = Operands.optional(inputs, 2);
        return List.of(ReferenceQuantization.quantize(
                Operands.required(inputs, 0, "x"),
                Operands.required(inputs, 1, "y_scale"),
                zeroPoint,
                type(zeroPoint == null ? null : zeroPoint.elementType()),
                axis,
                blockSize));
    }

    private ElementType type(@Nullable ElementType zeroPoint) {
        if (zeroPoint != null && outputType != null && zeroPoint != outputType) {
            throw new IllegalArgumentException(
                    "the zero point has type " + zeroPoint + ", but the output is to have " + outputType);
        }
        if (outputType != null) {
            return outputType;
        }
        return zeroPoint == null ? ElementType.UINT8 : zeroPoint;
    }
}

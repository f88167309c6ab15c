package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The number of elements of a tensor.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Size.html">ONNX Size</a>
 */
public record SizeOf() implements ShapeOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<Dimension> input = Operands.required(inputs, 0, "data").dimensions();
        Dimension size = input == null ? Dimension.unknown() : SymbolicSizes.product(input);
        return List.of(SymbolicSizes.scalar(ElementType.INT64, size));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(
                LongTensor.scalar(Operands.required(inputs, 0, "data").shape().size()));
    }
}

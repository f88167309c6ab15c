package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a tensor, or a part of it.
 *
 * @param start the first axis; negative counts from the end
 * @param end the axis after the last; likewise, and clamped
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Shape.html">ONNX Shape</a>
 */
public record ShapeOf(long start, long end) implements ShapeOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<Dimension> input = Operands.required(inputs, 0, "data").dimensions();
        if (input == null) {
            return List.of(ValueFact.of(ElementType.INT64, SymbolicSizes.unknown(1)));
        }
        int from = clamp(start, input.size());
        int to = Math.max(from, clamp(end, input.size()));
        return List.of(SymbolicSizes.vector(ElementType.INT64, input.subList(from, to)));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Shape shape = Operands.required(inputs, 0, "data").shape();
        int from = clamp(start, shape.rank());
        int to = Math.max(from, clamp(end, shape.rank()));
        long[] part = Arrays.stream(shape.toArray(), from, to).asLongStream().toArray();
        return List.of(LongTensor.of(Shape.of(part.length), part));
    }

    private static int clamp(long axis, int rank) {
        return (int) Math.max(0, Math.min(axis < 0 ? axis + rank : axis, rank));
    }
}

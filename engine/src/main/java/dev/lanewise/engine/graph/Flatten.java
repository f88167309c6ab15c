package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as a matrix: the axes before one make its rows, the others its columns.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Flatten.html">ONNX Flatten</a>
 */
public record Flatten(int axis) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        List<Dimension> input = x.dimensions();
        if (input == null) {
            return List.of(ValueFact.of(x.elementType(), SymbolicSizes.unknown(2)));
        }
        int split = split(input.size());
        return List.of(ValueFact.of(
                x.elementType(),
                List.of(
                        SymbolicSizes.product(input.subList(0, split)),
                        SymbolicSizes.product(input.subList(split, input.size())))));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        Shape shape = x.shape();
        int split = split(shape.rank());
        return List.of(x.reshape(Shape.of(shape.sizeOf(0, split), shape.sizeOf(split, shape.rank()))));
    }

    /** Unlike elsewhere, the axis may be the rank itself. */
    private int split(int rank) {
        return axis == rank ? rank : Shape.axis(axis, rank);
    }
}

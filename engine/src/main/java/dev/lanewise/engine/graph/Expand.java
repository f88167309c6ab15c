package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor broadcast with a shape. Inputs: the tensor, the shape.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Expand.html">ONNX Expand</a>
 */
public record Expand() implements MovementOperator {

    private static final Dimension ONE = Dimension.of(1);

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        ValueFact shape = Operands.required(inputs, 1, "shape");
        List<Dimension> input = x.dimensions();
        List<Dimension> target = shape.elements();
        if (input == null || target == null) {
            int rank = SymbolicSizes.length(shape);
            return List.of(ValueFact.of(new TensorType(
                    x.elementType(),
                    input == null || rank < 0 ? null : SymbolicSizes.unknown(Math.max(rank, input.size())))));
        }
        int rank = Math.max(input.size(), target.size());
        List<Dimension> output = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            output.add(broadcast(fromEnd(input, rank - axis), fromEnd(target, rank - axis)));
        }
        return List.of(ValueFact.of(x.elementType(), output));
    }

    private static Dimension fromEnd(List<Dimension> dimensions, int distance) {
        return distance > dimensions.size() ? ONE : dimensions.get(dimensions.size() - distance);
    }

    private static Dimension broadcast(Dimension a, Dimension b) {
        if (a.equals(b) || b.equals(ONE)) {
            return a;
        }
        if (a.equals(ONE)) {
            return b;
        }
        SymbolicSizes.requireEqual("a dimension of the input", a, b);
        // A symbol beside a known size must be that size, or else 1.
        return a.isKnown() ? a : b.isKnown() ? b : Dimension.unknown();
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        long[] target = Operands.integers(Operands.required(inputs, 1, "shape"), "shape");
        Shape output = Shape.broadcast(x.shape(), Shape.of(target));
        int added = output.rank() - x.shape().rank();
        int[] padded = new int[output.rank()];
        int[][] positions = new int[output.rank()][];
        for (int axis = 0; axis < padded.length; axis++) {
            int size = axis < added ? 1 : x.shape().dim(axis - added);
            padded[axis] = size;
            positions[axis] = ReferenceMovement.positions(output.dim(axis), i -> size == 1 ? 0 : i);
        }
        return List.of(ReferenceMovement.select(x.reshape(Shape.of(padded)), positions, null));
    }
}

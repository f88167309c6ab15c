package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor repeated along each axis. Inputs: the tensor, the numbers of repeats.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Tile.html">ONNX Tile</a>
 */
public record Tile() implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        List<Dimension> repeats = Operands.required(inputs, 1, "repeats").elements();
        List<Dimension> input = x.dimensions();
        if (input == null || repeats == null) {
            return List.of(ValueFact.of(
                    input == null ? x.type() : new TensorType(x.elementType(), SymbolicSizes.unknown(input.size()))));
        }
        requireCount(repeats.size(), input.size());
        List<Dimension> output = new ArrayList<>();
        for (int axis = 0; axis < input.size(); axis++) {
            output.add(input.get(axis).times(repeats.get(axis)));
        }
        return List.of(ValueFact.of(x.elementType(), output));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        long[] repeats = Operands.integers(Operands.required(inputs, 1, "repeats"), "repeats");
        Shape shape = x.shape();
        requireCount(repeats.length, shape.rank());
        int[][] positions = new int[shape.rank()][];
        for (int axis = 0; axis < positions.length; axis++) {
            int size = shape.dim(axis);
            if (repeats[axis] < 0 || (size > 0 && repeats[axis] > Shape.MAX_ELEMENTS / size)) {
                throw new IllegalArgumentException("axis " + axis + " of " + size + " elements cannot be repeated "
                        + repeats[axis] + " times: a tensor has from 0 to " + Shape.MAX_ELEMENTS + " elements");
            }
            int tiled = size == 0 ? 0 : (int) (size * repeats[axis]);
            positions[axis] = ReferenceMovement.positions(tiled, i -> i % size);
        }
        return List.of(ReferenceMovement.select(x, positions, null));
    }

    private static void requireCount(int repeats, int rank) {
        if (repeats != rank) {
            throw new IllegalArgumentException(repeats + " repeats for a tensor of rank " + rank);
        }
    }
}

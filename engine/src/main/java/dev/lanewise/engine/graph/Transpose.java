package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Axes in another order.
 *
 * @param permutation for each axis of the output, that of the input; empty to reverse them
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Transpose.html">ONNX Transpose</a>
 */
public record Transpose(List<Integer> permutation) implements MovementOperator {

    public Transpose {
        permutation = List.copyOf(permutation);
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        List<Dimension> input = x.dimensions();
        if (input == null) {
            return List.of(ValueFact.of(
                    permutation.isEmpty()
                            ? x.type()
                            : new TensorType(x.elementType(), SymbolicSizes.unknown(permutation.size()))));
        }
        return List.of(SymbolicSizes.fact(
                x.elementType(),
                Arrays.stream(permutation(input.size())).mapToObj(input::get).toList(),
                x.elements()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        return List.of(ReferenceMovement.transpose(x, permutation(x.shape().rank())));
    }

    private int[] permutation(int rank) {
        if (permutation.isEmpty()) {
            return IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray();
        }
        int[] axes =
                permutation.stream().mapToInt(axis -> Shape.axis(axis, rank)).toArray();
        if (axes.length != rank || Arrays.stream(axes).distinct().count() != rank) {
            throw new IllegalArgumentException(
                    "permutation " + permutation + " does not name each axis of a tensor of rank " + rank + " once");
        }
        return axes;
    }
}

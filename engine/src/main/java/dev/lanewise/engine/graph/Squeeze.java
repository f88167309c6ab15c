package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dimensions of size 1 left out. Inputs: the tensor, the axes (optional: all of size 1).
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Squeeze.html">ONNX Squeeze</a>
 */
public record Squeeze() implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact axes = Operands.optional(inputs, 1);
        List<Dimension> input = x.dimensions();
        long[] known = axes == null ? null : axes.knownElements();
        boolean followed =
                input != null && (axes == null ? input.stream().allMatch(Dimension::isKnown) : known != null);
        if (input == null || !followed) {
            return List.of(ValueFact.of(TensorType.unknownRank(x.elementType())));
        }
        return List.of(SymbolicSizes.fact(x.elementType(), output(input, known), x.elements()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        Tensor axes = Operands.optional(inputs, 1);
        List<Dimension> output =
                output(TensorType.dimensions(x.shape()), axes == null ? null : Operands.integers(axes, "axes"));
        return List.of(x.reshape(SymbolicSizes.shape(output)));
    }

    private static List<Dimension> output(List<Dimension> input, long @Nullable [] axes) {
        boolean[] dropped = new boolean[input.size()];
        if (axes == null) {
            for (int axis = 0; axis < dropped.length; axis++) {
                dropped[axis] = input.get(axis).equals(Dimension.of(1));
            }
        } else {
            for (long axis : axes) {
                int index = Shape.axis(axis, input.size());
                if (input.get(index).isKnown() && input.get(index).size() != 1) {
                    throw new IllegalArgumentException("axis " + axis + " of a tensor of shape " + input
                            + " is not of size 1: axes " + Arrays.toString(axes) + " cannot be squeezed");
                }
                dropped[index] = true;
            }
        }
        List<Dimension> output = new ArrayList<>();
        for (int axis = 0; axis < dropped.length; axis++) {
            if (!dropped[axis]) {
                output.add(input.get(axis));
            }
        }
        return output;
    }
}

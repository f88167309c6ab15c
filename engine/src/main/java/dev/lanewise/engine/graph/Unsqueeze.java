package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dimensions of size 1 put in. Inputs: the tensor, the axes of the output that are new.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Unsqueeze.html">ONNX Unsqueeze</a>
 */
public record Unsqueeze() implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact axes = Operands.required(inputs, 1, "axes");
        long[] known = axes.knownElements();
        List<Dimension> input = x.dimensions();
        if (input == null || known == null) {
            int added = SymbolicSizes.length(axes);
            return List.of(ValueFact.of(new TensorType(
                    x.elementType(), input == null || added < 0 ? null : SymbolicSizes.unknown(input.size() + added))));
        }
        return List.of(SymbolicSizes.fact(x.elementType(), output(input, known), x.elements()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        long[] axes = Operands.integers(Operands.required(inputs, 1, "axes"), "axes");
        return List.of(x.reshape(SymbolicSizes.shape(output(TensorType.dimensions(x.shape()), axes))));
    }

    private static List<Dimension> output(List<Dimension> input, long[] axes) {
        boolean[] added = new boolean[input.size() + axes.length];
        for (long axis : axes) {
            int index = Shape.axis(axis, added.length);
            if (added[index]) {
                throw new IllegalArgumentException("axes " + Arrays.toString(axes) + " name axis " + index + " twice");
            }
            added[index] = true;
        }
        Iterator<Dimension> old = input.iterator();
        List<Dimension> output = new ArrayList<>();
        for (boolean isNew : added) {
            output.add(isNew ? Dimension.of(1) : old.next());
        }
        return output;
    }
}

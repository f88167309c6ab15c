package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slices of a tensor picked by number. Inputs: the tensor, the indices.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Gather.html">ONNX Gather</a>
 */
public record Gather(int axis) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact indices = Operands.required(inputs, 1, "indices");
        List<Dimension> input = x.dimensions();
        List<Dimension> picked = indices.dimensions();
        if (input == null || picked == null) {
            return List.of(ValueFact.of(TensorType.unknownRank(x.elementType())));
        }
        int along = Shape.axis(axis, input.size());
        List<Dimension> output = new ArrayList<>(input.subList(0, along));
        output.addAll(picked);
        output.addAll(input.subList(along + 1, input.size()));
        return List.of(SymbolicSizes.fact(x.elementType(), output, elements(x.elements(), indices.knownElements())));
    }

    private static @Nullable List<Dimension> elements(@Nullable List<Dimension> all, long @Nullable [] indices) {
        if (all == null || indices == null) {
            return null;
        }
        List<Dimension> elements = new ArrayList<>();
        for (long index : indices) {
            if (index < -all.size() || index >= all.size()) {
                throw new IllegalArgumentException("index " + index + " is outside a vector of " + all.size());
            }
            elements.add(all.get((int) (index < 0 ? index + all.size() : index)));
        }
        return elements;
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        Tensor indices = Operands.required(inputs, 1, "indices");
        return List.of(
                ReferenceMovement.gather(x, indices, Shape.axis(axis, x.shape().rank())));
    }
}

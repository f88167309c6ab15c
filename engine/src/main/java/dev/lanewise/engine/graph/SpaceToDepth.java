package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of pixels moved into channels.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html">ONNX SpaceToDepth</a>
 */
public record SpaceToDepth(int block) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        List<Dimension> input = x.dimensions() == null ? SymbolicSizes.unknown(4) : x.dimensions();
        SymbolicSizes.requireEqual("the rank", Dimension.of(input.size()), Dimension.of(4));
        Dimension size = Dimension.of(block);
        for (Dimension side : input.subList(2, 4)) {
            if (side.isKnown()) {
                requireDivisible(side.size());
            }
        }
        return List.of(ValueFact.of(
                x.elementType(),
                List.of(
                        input.get(0),
                        input.get(1).times(size).times(size),
                        input.get(2).dividedBy(size).orElseGet(Dimension::unknown),
                        input.get(3).dividedBy(size).orElseGet(Dimension::unknown))));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        SymbolicSizes.requireEqual("the rank", Dimension.of(x.shape().rank()), Dimension.of(4));
        requireDivisible(x.shape().dim(2));
        requireDivisible(x.shape().dim(3));
        return List.of(ReferenceMovement.spaceToDepth(x, block));
    }

    private void requireDivisible(long side) {
        if (side % block != 0) {
            throw new IllegalArgumentException(side + " pixels do not divide into blocks of " + block);
        }
    }
}

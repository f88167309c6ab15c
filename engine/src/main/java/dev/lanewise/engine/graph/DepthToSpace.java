package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of channels moved into space.
 *
 * @param depthFirst ONNX's mode {@code DCR} rather than {@code CRD}
 * @see <a href="https://onnx.ai/onnx/operators/onnx__DepthToSpace.html">ONNX DepthToSpace</a>
 */
public record DepthToSpace(int block, boolean depthFirst) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        List<Dimension> input = x.dimensions() == null ? SymbolicSizes.unknown(4) : x.dimensions();
        SymbolicSizes.requireEqual("the rank", Dimension.of(input.size()), Dimension.of(4));
        Dimension size = Dimension.of(block);
        if (input.get(1).isKnown()) {
            requireDivisible(input.get(1).size());
        }
        return List.of(ValueFact.of(
                x.elementType(),
                List.of(
                        input.get(0),
                        input.get(1).dividedBy(size.times(size)).orElseGet(Dimension::unknown),
                        input.get(2).times(size),
                        input.get(3).times(size))));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        SymbolicSizes.requireEqual("the rank", Dimension.of(x.shape().rank()), Dimension.of(4));
        requireDivisible(x.shape().dim(1));
        return List.of(ReferenceMovement.depthToSpace(x, block, depthFirst));
    }

    private void requireDivisible(long channels) {
        if (channels % ((long) block * block) != 0) {
            throw new IllegalArgumentException(
                    channels + " channels do not divide into blocks of " + block + "x" + block);
        }
    }
}

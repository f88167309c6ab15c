package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceCast;
import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Elements added around a tensor, or cut off. Inputs: the tensor, the pads (those at the starts of the axes, then those at
 * the ends), the constant value (optional: 0), the axes (optional: all).
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Pad.html">ONNX Pad</a>
 */
public record Pad(ReferencePadding.Mode mode) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact padsFact = Operands.required(inputs, 1, "pads");
        ValueFact axesFact = Operands.optional(inputs, 3);
        List<Dimension> input = x.dimensions();
        if (input == null) {
            return List.of(ValueFact.of(x.type()));
        }
        long[] pads = padsFact.knownElements();
        long[] axes = axesFact == null ? all(input.size()) : axesFact.knownElements();
        if (pads == null || axes == null) {
            return List.of(ValueFact.of(x.elementType(), SymbolicSizes.unknown(input.size())));
        }
        requireCount(pads, axes);
        List<Dimension> output = new ArrayList<>(input);
        for (int i = 0; i < axes.length; i++) {
            int axis = Shape.axis(axes[i], input.size());
            Dimension added = Dimension.of(Math.addExact(pads[i], pads[axes.length + i]));
            output.set(axis, SymbolicSizes.sum(input.get(axis), added));
        }
        return List.of(ValueFact.of(x.elementType(), output));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        long[] pads = Operands.integers(Operands.required(inputs, 1, "pads"), "pads");
        Tensor value = Operands.optional(inputs, 2);
        Tensor axesInput = Operands.optional(inputs, 3);
        int rank = x.shape().rank();
        long[] axes = axesInput == null ? all(rank) : Operands.integers(axesInput, "axes");
        requireCount(pads, axes);
        if (value != null && value.shape().size() != 1) {
            throw new IllegalArgumentException("constant_value has shape " + value.shape() + ", not one element");
        }
        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = Shape.axis(axes[i], rank);
            before[axis] = Math.toIntExact(pads[i]);
            after[axis] = Math.toIntExact(pads[axes.length + i]);
        }
        // What older opsets keep in an attribute is a float, whatever is padded.
        Tensor fill = value == null ? null : ReferenceCast.cast(value, x.elementType());
        return List.of(ReferencePadding.pad(x, mode, before, after, fill));
    }

    private static long[] all(int rank) {
        return LongStream.range(0, rank).toArray();
    }

    private static void requireCount(long[] pads, long[] axes) {
        if (pads.length != 2 * axes.length) {
            throw new IllegalArgumentException(pads.length + " pads for " + axes.length + " axes");
        }
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same elements under another shape. Inputs: the tensor, the new shape, in which one dimension may be -1 for "the
 * rest" and 0 stands for the old dimension.
 *
 * @param allowZero whether 0 rather means an empty dimension
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Reshape.html">ONNX Reshape</a>
 */
public record Reshape(boolean allowZero) implements MovementOperator {

    private static final Dimension REST = Dimension.of(-1);

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        ValueFact shape = Operands.required(inputs, 1, "shape");
        List<Dimension> target = shape.elements();
        if (target == null) {
            int rank = SymbolicSizes.length(shape);
            return List.of(
                    ValueFact.of(new TensorType(x.elementType(), rank < 0 ? null : SymbolicSizes.unknown(rank))));
        }
        List<Dimension> output = output(x.dimensions(), target);
        return List.of(SymbolicSizes.fact(x.elementType(), output, x.elements()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        long[] target = Operands.integers(Operands.required(inputs, 1, "shape"), "shape");
        List<Dimension> output = output(
                TensorType.dimensions(x.shape()),
                Arrays.stream(target).mapToObj(Dimension::of).toList());
        return List.of(x.reshape(SymbolicSizes.shape(output)));
    }

    /** The target with the old dimensions in place of 0, and what is left over in place of -1. */
    private List<Dimension> output(@Nullable List<Dimension> input, List<Dimension> target) {
        List<Dimension> output = new ArrayList<>();
        int rest = -1;
        for (int axis = 0; axis < target.size(); axis++) {
            Dimension dimension = target.get(axis);
            if (dimension.equals(REST)) {
                if (rest >= 0) {
                    throw new IllegalArgumentException("shape " + target + " has more than one -1");
                }
                rest = axis;
            } else if (dimension.coefficient() < 0) {
                throw new IllegalArgumentException("shape " + target + " has a negative dimension");
            } else if (dimension.equals(Dimension.of(0)) && !allowZero) {
                dimension = old(input, axis, target);
            }
            output.add(dimension);
        }
        if (rest >= 0) {
            output.set(rest, Dimension.of(1));
            output.set(rest, rest(input, output, target));
        } else if (input != null) {
            requireSameSize(SymbolicSizes.product(input), SymbolicSizes.product(output), input, target);
        }
        return output;
    }

    private static Dimension old(@Nullable List<Dimension> input, int axis, List<Dimension> target) {
        if (input == null) {
            return Dimension.unknown();
        }
        if (axis >= input.size()) {
            throw new IllegalArgumentException(
                    "shape " + target + " keeps dimension " + axis + " of a tensor of rank " + input.size());
        }
        return input.get(axis);
    }

    private static Dimension rest(@Nullable List<Dimension> input, List<Dimension> others, List<Dimension> target) {
        if (input == null) {
            return Dimension.unknown();
        }
        Dimension all = SymbolicSizes.product(input);
        Dimension divisor = SymbolicSizes.product(others);
        if (divisor.equals(Dimension.of(0))) {
            // Any size would do; ONNX Runtime takes none.
            requireSameSize(all, divisor, input, target);
            return Dimension.of(0);
        }
        if (all.isKnown() && divisor.isKnown() && all.size() % divisor.size() != 0) {
            throw doesNotFit(input, target);
        }
        return all.dividedBy(divisor).orElseGet(Dimension::unknown);
    }

    private static void requireSameSize(
            Dimension before, Dimension after, List<Dimension> input, List<Dimension> target) {
        if (before.isKnown() && after.isKnown() && !before.equals(after)) {
            throw doesNotFit(input, target);
        }
    }

    private static IllegalArgumentException doesNotFit(List<Dimension> input, List<Dimension> target) {
        return new IllegalArgumentException("a tensor of shape " + input + " cannot be reshaped to " + target);
    }
}

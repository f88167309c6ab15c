package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.Reduction;
import dev.lanewise.kernels.reference.ReferenceReduction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Axes reduced to one value; inputs are the data and the axes, which may be left out.
 *
 * @param keepDims whether a reduced axis stays, with dimension 1
 * @param noopWithEmptyAxes whether no axes means none, not all
 */
public record Reduce(Reduction reduction, boolean keepDims, boolean noopWithEmptyAxes) implements ReductionOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        ValueFact data = Operands.required(inputs, 0, "data");
        ValueFact axesFact = Operands.optional(inputs, 1);
        ElementType type = data.elementType();
        List<Dimension> dimensions = data.dimensions();
        long[] axes = axesFact == null ? new long[0] : axesFact.knownElements();
        if (dimensions == null || axes == null) {
            // With known axes of unknown data, or unknown axes that do not stay, not even the rank follows.
            List<Dimension> unknown = dimensions != null && keepDims ? SymbolicSizes.unknown(dimensions.size()) : null;
            return List.of(ValueFact.of(new TensorType(type, unknown)));
        }
        boolean[] reduced = reduced(axes, dimensions.size());
        List<Dimension> result = new ArrayList<>();
        for (int axis = 0; axis < reduced.length; axis++) {
            if (!reduced[axis]) {
                result.add(dimensions.get(axis));
            } else if (keepDims) {
                result.add(Dimension.of(1));
            }
        }
        boolean vector = dimensions.size() == 1 && reduced[0];
        return List.of(SymbolicSizes.fact(type, result, vector ? reducedElements(data.elements()) : null));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor data = Operands.required(inputs, 0, "data");
        Tensor axes = Operands.optional(inputs, 1);
        long[] values = axes == null
                ? new long[0]
                : IntStream.range(0, axes.shape().size())
                        .mapToLong(axes::longAt)
                        .toArray();
        boolean[] reduced = reduced(values, data.shape().rank());
        return List.of(
                values.length == 0 && noopWithEmptyAxes
                        ? data
                        : ReferenceReduction.reduce(reduction, data, reduced, keepDims));
    }

    private boolean[] reduced(long[] axes, int rank) {
        boolean[] reduced = new boolean[rank];
        for (long axis : axes) {
            reduced[Shape.axis(axis, rank)] = true;
        }
        if (axes.length == 0 && !noopWithEmptyAxes) {
            Arrays.fill(reduced, true);
        }
        return reduced;
    }

    /** The product (or sum) of symbolic sizes, which exporters flatten shapes by. */
    private @Nullable List<Dimension> reducedElements(@Nullable List<Dimension> elements) {
        if (elements == null) {
            return null;
        }
        return switch (reduction) {
            case PROD -> List.of(SymbolicSizes.product(elements));
            case SUM -> List.of(elements.stream().reduce(Dimension.of(0), SymbolicSizes::sum));
            default -> null;
        };
    }
}

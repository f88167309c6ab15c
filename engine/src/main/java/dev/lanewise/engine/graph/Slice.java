package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Every so many elements of some axes, from a start to an end. Inputs: the tensor, starts, ends, axes (optional: the
 * first ones), steps (optional: 1).
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Slice.html">ONNX Slice</a>
 */
public record Slice() implements MovementOperator {

    /** Which elements of one axis are taken. */
    private record Range(long start, long step, long count) {

        static Range of(long start, long end, long step, long size) {
            if (step == 0) {
                throw new IllegalArgumentException("step is 0");
            }
            boolean forward = step > 0;
            long from = clamp(start < 0 ? start + size : start, 0, forward ? size : size - 1);
            long to = clamp(end < 0 ? end + size : end, forward ? 0 : -1, forward ? size : size - 1);
            if (!forward && isBeyondAny(end)) {
                // As in ONNX Runtime, "to the end" backwards is to the first element.
                to = -1;
            }
            long span = size == 0 ? 0 : forward ? to - from : from - to;
            long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
            return new Range(from, step, span <= 0 ? 0 : (span - 1) / stride + 1);
        }

        private static long clamp(long value, long low, long high) {
            return Math.max(low, Math.min(value, high));
        }

        int position(int i) {
            return Math.toIntExact(start + i * step);
        }
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "data");
        List<Dimension> input = x.dimensions();
        if (input == null) {
            return List.of(ValueFact.of(x.type()));
        }
        ValueFact starts = Operands.required(inputs, 1, "starts");
        List<Dimension> ends = Operands.required(inputs, 2, "ends").elements();
        ValueFact axesFact = Operands.optional(inputs, 3);
        ValueFact stepsFact = Operands.optional(inputs, 4);
        int count = SymbolicSizes.length(starts);
        long[] axes = axesFact == null && count >= 0 ? firstAxes(count) : known(axesFact);
        if (axes == null) {
            return List.of(ValueFact.of(x.elementType(), SymbolicSizes.unknown(input.size())));
        }
        List<Dimension> from = starts.elements();
        long[] steps = stepsFact == null ? ones(axes.length) : known(stepsFact);
        List<Dimension> output = new ArrayList<>(input);
        List<Dimension> elements = axes.length == 0 ? x.elements() : null;
        for (int i = 0; i < axes.length; i++) {
            int axis = Shape.axis(axes[i], input.size());
            if (from == null || ends == null || steps == null) {
                output.set(axis, Dimension.unknown());
                continue;
            }
            requireCount(axes.length, from.size(), ends.size(), steps.length);
            output.set(axis, sliced(input.get(axis), from.get(i), ends.get(i), steps[i]));
            if (axes.length == 1) {
                elements = elements(x, from.get(i), ends.get(i), steps[i]);
            }
        }
        return List.of(SymbolicSizes.fact(x.elementType(), output, elements));
    }

    /** Whether an end means that of a tensor of any size. */
    private static boolean isBeyondAny(long end) {
        return end == Integer.MAX_VALUE || end == Long.MAX_VALUE;
    }

    private static long @Nullable [] known(@Nullable ValueFact fact) {
        return fact == null ? null : fact.knownElements();
    }

    private static Dimension sliced(Dimension size, Dimension start, Dimension end, long step) {
        if (size.isKnown() && start.isKnown() && end.isKnown()) {
            return Dimension.of(Range.of(start.size(), end.size(), step, size.size()).count);
        }
        boolean fromFirst = start.equals(Dimension.of(0));
        boolean toLast = end.equals(size) || (end.isKnown() && isBeyondAny(end.size()));
        if (fromFirst && toLast && step > 0) {
            return step == 1 ? size : size.dividedBy(Dimension.of(step)).orElseGet(Dimension::unknown);
        }
        return Dimension.unknown();
    }

    private static @Nullable List<Dimension> elements(ValueFact x, Dimension start, Dimension end, long step) {
        List<Dimension> all = x.elements();
        if (all == null || !start.isKnown() || !end.isKnown()) {
            return null;
        }
        Range range = Range.of(start.size(), end.size(), step, all.size());
        List<Dimension> picked = new ArrayList<>();
        for (int i = 0; i < range.count; i++) {
            picked.add(all.get(range.position(i)));
        }
        return picked;
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "data");
        long[] starts = Operands.integers(Operands.required(inputs, 1, "starts"), "starts");
        long[] ends = Operands.integers(Operands.required(inputs, 2, "ends"), "ends");
        Tensor axesInput = Operands.optional(inputs, 3);
        Tensor stepsInput = Operands.optional(inputs, 4);
        long[] axes = axesInput == null ? firstAxes(starts.length) : Operands.integers(axesInput, "axes");
        long[] steps = stepsInput == null ? ones(starts.length) : Operands.integers(stepsInput, "steps");
        requireCount(axes.length, starts.length, ends.length, steps.length);
        int[][] positions = ReferenceMovement.everything(x.shape());
        for (int i = 0; i < axes.length; i++) {
            int axis = Shape.axis(axes[i], x.shape().rank());
            Range range = Range.of(starts[i], ends[i], steps[i], x.shape().dim(axis));
            positions[axis] = ReferenceMovement.positions((int) range.count, range::position);
        }
        return List.of(ReferenceMovement.select(x, positions, null));
    }

    private static long[] firstAxes(int count) {
        return LongStream.range(0, count).toArray();
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static void requireCount(int axes, int starts, int ends, int steps) {
        if (starts != axes || ends != axes || steps != axes) {
            throw new IllegalArgumentException(
                    axes + " axes, but " + starts + " starts, " + ends + " ends and " + steps + " steps");
        }
    }
}

package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor cut along one axis. Inputs: the tensor, the sizes of the parts (optional).
 *
 * @param parts the number of outputs; without sizes, all but the last are equally large, and that one is no larger
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Split.html">ONNX Split</a>
 */
public record Split(int axis, int parts) implements MovementOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "input");
        ValueFact split = Operands.optional(inputs, 1);
        List<Dimension> input = x.dimensions();
        List<ValueFact> outputs = new ArrayList<>();
        if (input == null) {
            for (int part = 0; part < parts; part++) {
                outputs.add(ValueFact.of(x.type()));
            }
            return outputs;
        }
        int along = Shape.axis(axis, input.size());
        List<Dimension> sizes = sizes(input.get(along), split);
        for (int part = 0; part < parts; part++) {
            List<Dimension> output = new ArrayList<>(input);
            output.set(along, sizes.get(part));
            outputs.add(SymbolicSizes.fact(x.elementType(), output, elements(x, sizes, part)));
        }
        return outputs;
    }

    private List<Dimension> sizes(Dimension whole, @Nullable ValueFact split) {
        List<Dimension> given = split == null ? null : split.elements();
        if (given != null) {
            boolean allKnown = whole.isKnown() && given.stream().allMatch(Dimension::isKnown);
            if (allKnown) {
                requireFits(given.stream().mapToLong(Dimension::size).toArray(), whole.size());
            }
            if (given.size() != parts) {
                throw new IllegalArgumentException(
                        "split " + given + " has not one size for each of " + parts + " outputs");
            }
            return given;
        }
        if (split == null && whole.isKnown()) {
            return Arrays.stream(equalSizes(whole.size()))
                    .mapToObj(Dimension::of)
                    .toList();
        }
        Dimension part = split == null ? whole.dividedBy(Dimension.of(parts)).orElse(null) : null;
        List<Dimension> sizes = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            sizes.add(part == null ? Dimension.unknown() : part);
        }
        return sizes;
    }

    private static @Nullable List<Dimension> elements(ValueFact x, List<Dimension> sizes, int part) {
        List<Dimension> all = x.elements();
        if (all == null || !sizes.stream().allMatch(Dimension::isKnown)) {
            return null;
        }
        long start = sizes.subList(0, part).stream().mapToLong(Dimension::size).sum();
        return all.subList((int) start, (int) (start + sizes.get(part).size()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "input");
        Tensor split = Operands.optional(inputs, 1);
        int along = Shape.axis(axis, x.shape().rank());
        int whole = x.shape().dim(along);
        long[] sizes = split == null ? equalSizes(whole) : Operands.integers(split, "split");
        requireFits(sizes, whole);
        List<Tensor> outputs = new ArrayList<>();
        int start = 0;
        for (long size : sizes) {
            int from = start;
            outputs.add(
                    ReferenceMovement.selectAlong(x, along, ReferenceMovement.positions((int) size, i -> from + i)));
            start += (int) size;
        }
        return outputs;
    }

    private long[] equalSizes(long whole) {
        long size = (whole + parts - 1) / parts;
        long[] sizes = new long[parts];
        Arrays.fill(sizes, size);
        sizes[parts - 1] = whole - size * (parts - 1);
        if (sizes[parts - 1] < 0) {
            throw new IllegalArgumentException(whole + " elements do not split into " + parts + " parts");
        }
        return sizes;
    }

    private void requireFits(long[] sizes, long whole) {
        if (sizes.length != parts
                || Arrays.stream(sizes).anyMatch(size -> size < 0)
                || Arrays.stream(sizes).sum() != whole) {
            throw new IllegalArgumentException("split " + Arrays.toString(sizes) + " does not cut " + whole
                    + " elements into " + parts + " outputs");
        }
    }
}

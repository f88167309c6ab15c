package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Adds elements around a tensor, or cuts them off where a pad is negative.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Pad.html">ONNX Pad</a>
 */
public final class ReferencePadding {

    /** Where the added elements come from. */
    public enum Mode {
        /** One given value. */
        CONSTANT,
        /** The tensor mirrored at its outermost elements, which are not repeated. */
        REFLECT,
        /** The outermost element. */
        EDGE,
        /** The tensor repeated, as on a torus. */
        WRAP
    }

    private ReferencePadding() {}

    /**
     * Cuts first, then pads what is left.
     *
     * @param before elements to add at the start of each axis
     * @param after elements to add at the end of each axis
     * @param value the value of {@link Mode#CONSTANT}: a scalar of the input's type; null for 0
     * @throws IllegalArgumentException if the pads cut off more than there is, or leave nothing to take values from
     */
    public static Tensor pad(Tensor input, Mode mode, int[] before, int[] after, @Nullable Tensor value) {
        Shape shape = input.shape();
        int[][] positions = new int[shape.rank()][];
        for (int axis = 0; axis < positions.length; axis++) {
            positions[axis] = positions(mode, shape.dim(axis), before[axis], after[axis]);
        }
        return ReferenceMovement.select(input, positions, value);
    }

    private static int[] positions(Mode mode, int dimension, int before, int after) {
        int start = Math.max(0, -before);
        int length = dimension - start - Math.max(0, -after);
        int padded = Math.addExact(Math.addExact(dimension, before), after);
        if (length < 0 || padded < 0) {
            throw new IllegalArgumentException("pads " + before + " and " + after + " cut more than the " + dimension
                    + " elements that there are");
        }
        if (length == 0 && padded > 0 && mode != Mode.CONSTANT) {
            throw new IllegalArgumentException("nothing to pad from: pads " + before + " and " + after + " of mode "
                    + mode + " leave none of " + dimension + " elements");
        }
        return ReferenceMovement.positions(padded, i -> {
            int position = position(mode, i - Math.max(0, before), length);
            return position < 0 ? -1 : start + position;
        });
    }

    private static int position(Mode mode, int i, int length) {
        if (i >= 0 && i < length) {
            return i;
        }
        return switch (mode) {
            case CONSTANT -> -1;
            case EDGE -> i < 0 ? 0 : length - 1;
            case WRAP -> Math.floorMod(i, length);
            case REFLECT -> {
                if (length == 1) {
                    yield 0;
                }
                int period = Math.floorMod(i, 2 * (length - 1));
                yield Math.min(period, 2 * (length - 1) - period);
            }
        };
    }
}

package dev.lanewise.kernels.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The dimensions of a dense, row-major tensor, outermost first. A scalar has rank 0 and one element; a dimension may be
 * 0. Immutable.
 */
public final class Shape {

    /** The most elements that one tensor may hold: what one Java array can. */
    public static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dimensions;
    private final int size;

    private Shape(int[] dimensions) {
        long elements = 1;
        boolean empty = false;
        for (int dimension : dimensions) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension " + dimension + " in shape " + text(dimensions));
            }
            empty |= dimension == 0;
            if (!empty) {
                elements *= dimension;
                if (elements > MAX_ELEMENTS) {
                    throw new IllegalArgumentException("shape " + text(dimensions) + " has more than the "
                            + MAX_ELEMENTS + " elements that one tensor can hold; use a smaller batch or image");
                }
            }
        }
        this.dimensions = dimensions;
        this.size = empty ? 0 : (int) elements;
    }

    public static Shape of(int... dimensions) {
        return new Shape(dimensions.clone());
    }

    public static Shape scalar() {
        return SCALAR;
    }

    /** @throws IllegalArgumentException if a dimension does not fit into an int */
    public static Shape of(long[] dimensions) {
        int[] narrow = new int[dimensions.length];
        for (int axis = 0; axis < narrow.length; axis++) {
            if (dimensions[axis] != (int) dimensions[axis]) {
                throw new IllegalArgumentException("dimension " + dimensions[axis] + " of shape "
                        + Arrays.toString(dimensions) + " is beyond " + Integer.MAX_VALUE);
            }
            narrow[axis] = (int) dimensions[axis];
        }
        return new Shape(narrow);
    }

    public int rank() {
        return dimensions.length;
    }

    public int dim(int axis) {
        return dimensions[axis];
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    public int[] toArray() {
        return dimensions.clone();
    }

    /** Elements between neighbours along each axis. */
    public int[] strides() {
        int[] strides = new int[rank()];
        int stride = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dimensions[axis];
        }
        return strides;
    }

    /** The number of elements in the axes {@code from} (inclusive) to {@code to} (exclusive); 1 for no axes. */
    public int sizeOf(int from, int to) {
        int elements = 1;
        for (int axis = from; axis < to; axis++) {
            elements *= dimensions[axis];
        }
        return elements;
    }

    /** A copy with the dimension of one axis replaced. */
    public Shape with(int axis, int dimension) {
        int[] changed = dimensions.clone();
        changed[axis] = dimension;
        return new Shape(changed);
    }

    /**
     * Resolves an axis that may count from the end, as ONNX allows.
     *
     * @throws IllegalArgumentException if the axis lies outside {@code [-rank, rank)}
     */
    public static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException(
                    "axis " + axis + " is outside [" + -rank + ", " + (rank - 1) + "] for rank " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /**
     * The common shape of two broadcast operands.
     *
     * @see <a href="https://onnx.ai/onnx/repo-docs/Broadcasting.html">ONNX multidirectional broadcasting</a>
     * @throws IllegalArgumentException if two dimensions differ and neither is 1
     */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] common = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            int inA = axis - rank + a.rank();
            int inB = axis - rank + b.rank();
            int da = inA < 0 ? 1 : a.dim(inA);
            int db = inB < 0 ? 1 : b.dim(inB);
            if (da != db && da != 1 && db != 1) {
                throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
            }
            common[axis] = da == 1 ? db : da;
        }
        return new Shape(common);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /** As in {@code 1x3x224x224}; {@code scalar} for rank 0. */
    @Override
    public String toString() {
        return text(dimensions);
    }

    private static String text(int[] dimensions) {
        return dimensions.length == 0
                ? "scalar"
                : IntStream.of(dimensions).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}

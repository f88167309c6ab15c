package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;

/** Where elements lie in a row-major tensor. */
final class Offsets {

    private Offsets() {}

    /** The offsets of all indices of the chosen axes in row-major order, the other axes' indices being 0. */
    static int[] along(Shape shape, boolean[] axes) {
        int[] strides = shape.strides();
        int[] offsets = {0};
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (axes[axis]) {
                int dimension = shape.dim(axis);
                int[] longer = new int[offsets.length * dimension];
                for (int i = 0; i < longer.length; i++) {
                    longer[i] = offsets[i / dimension] + i % dimension * strides[axis];
                }
                offsets = longer;
            }
        }
        return offsets;
    }

    static boolean[] complement(boolean[] axes) {
        boolean[] others = new boolean[axes.length];
        for (int axis = 0; axis < axes.length; axis++) {
            others[axis] = !axes[axis];
        }
        return others;
    }

    /** A copy of the elements at {@code start} plus each offset. */
    static float[] gather(float[] data, int start, int[] offsets) {
        float[] row = new float[offsets.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = data[start + offsets[i]];
        }
        return row;
    }

    /** A copy of the elements at {@code start} plus each offset. */
    static double[] gather(double[] data, int start, int[] offsets) {
        double[] row = new double[offsets.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = data[start + offsets[i]];
        }
        return row;
    }

    /** A copy of the elements at {@code start} plus each offset. */
    static long[] gather(long[] data, int start, int[] offsets) {
        long[] row = new long[offsets.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = data[start + offsets[i]];
        }
        return row;
    }
}

package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;

/**
 * Repeats elements along the axes in which an operand has one element, or which it lacks in front.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/Broadcasting.html">ONNX broadcasting</a>
 */
public final class ReferenceBroadcast {

    private ReferenceBroadcast() {}

    /**
     * Repeats the elements of {@code x} to fill a shape; {@code x} itself if it has that shape already.
     *
     * @throws IllegalArgumentException if a dimension of {@code x} is neither 1 nor that of the shape
     */
    public static Tensor expand(Tensor x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (!Shape.broadcast(x.shape(), shape).equals(shape)) {
            throw new IllegalArgumentException("shape " + x.shape() + " does not broadcast to " + shape);
        }
        if (x instanceof FloatTensor floats) {
            float[] result = new float[shape.size()];
            expand(x.shape(), floats.data(), shape, result);
            return new FloatTensor(x.elementType(), shape, result);
        }
        if (x instanceof DoubleTensor doubles) {
            double[] result = new double[shape.size()];
            expand(x.shape(), doubles.data(), shape, result);
            return DoubleTensor.of(shape, result);
        }
        long[] result = new long[shape.size()];
        expand(x.shape(), ((LongTensor) x).data(), shape, result);
        return new LongTensor(x.elementType(), shape, result);
    }

    /** Writes the first element of every repeated run, then doubles what is there, from the innermost axis outwards. */
    @SuppressWarnings("SuspiciousSystemArraycopy") // The arrays are of one type, float[], double[] or long[].
    private static void expand(Shape from, Object source, Shape to, Object target) {
        if (to.size() == 0) {
            return;
        }
        int missing = to.rank() - from.rank();
        int run = 1;
        int axis = to.rank();
        while (axis > missing && from.dim(axis - 1 - missing) == to.dim(axis - 1)) {
            axis--;
            run *= to.dim(axis);
        }
        int[] strides = to.strides();
        int[] index = new int[axis];
        for (int read = 0; read < from.size(); read += run) {
            int write = 0;
            for (int i = 0; i < axis; i++) {
                write += index[i] * strides[i];
            }
            System.arraycopy(source, read, target, write, run);
            advance(index, from, missing);
        }
        for (int repeated = axis - 1; repeated >= 0; repeated--) {
            int dimension = repeated < missing ? 1 : from.dim(repeated - missing);
            if (dimension != to.dim(repeated)) {
                repeat(from, target, to, repeated, strides[repeated]);
            }
        }
    }

    /** Repeats the blocks that are complete within one axis, at every place of the axes outside it that holds any. */
    @SuppressWarnings("SuspiciousSystemArraycopy")
    private static void repeat(Shape from, Object target, Shape to, int axis, int block) {
        int missing = to.rank() - from.rank();
        int[] strides = to.strides();
        int[] index = new int[axis];
        int places = from.sizeOf(0, Math.max(0, axis - missing));
        for (int place = 0; place < places; place++) {
            int start = 0;
            for (int i = 0; i < axis; i++) {
                start += index[i] * strides[i];
            }
            for (int copy = 1; copy < to.dim(axis); copy++) {
                System.arraycopy(target, start, target, start + copy * block, block);
            }
            advance(index, from, missing);
        }
    }

    /** Steps to the next index, row-major, of the leading axes of {@code from}. */
    private static void advance(int[] index, Shape from, int missing) {
        for (int axis = index.length - 1; axis >= missing; axis--) {
            if (++index[axis] < from.dim(axis - missing)) {
                return;
            }
            index[axis] = 0;
        }
    }
}

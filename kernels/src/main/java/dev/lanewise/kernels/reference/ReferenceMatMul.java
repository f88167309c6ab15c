package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. The order of every sum: an element of the result starts from its bias ({@code beta * C}; 0 if there is
 * none) and takes one fma per {@code k}, ascending. A factor {@code alpha} other than 1 multiplies the elements of
 * {@code A} first, each product rounded. The loops run over {@code k} outside a row of the result, so that a row's
 * elements can be computed as vectors without changing any sum.
 */
public final class ReferenceMatMul {

    private ReferenceMatMul() {}

    /**
     * {@code alpha * A' * B' + beta * C} for matrices, {@code C} broadcast to the result.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__Gemm.html">ONNX Gemm</a>
     * @throws IllegalArgumentException if the shapes or element types do not fit
     */
    public static Tensor gemm(
            Tensor a, Tensor b, @Nullable Tensor c, float alpha, float beta, boolean transA, boolean transB) {
        requireMatrix("A", a);
        requireMatrix("B", b);
        Tensor left = transA ? transposed(a) : a;
        Tensor right = transB ? transposed(b) : b;
        Tensor scaled = alpha == 1 ? left : scaled(left, alpha);
        Shape shape = Shape.of(left.shape().dim(0), right.shape().dim(1));
        Tensor start =
                c == null || beta == 0 ? null : ReferenceBroadcast.expand(beta == 1 ? c : scaled(c, beta), shape);
        return product(scaled, right, start, shape, Shape.scalar());
    }

    /**
     * The product of matrices in the last two axes, the axes before them broadcast; a vector counts as a row on the left
     * and a column on the right.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__MatMul.html">ONNX MatMul</a>
     * @throws IllegalArgumentException if the shapes or element types do not fit
     */
    public static Tensor matMul(Tensor a, Tensor b) {
        if (a.shape().rank() == 0 || b.shape().rank() == 0) {
            throw new IllegalArgumentException("MatMul takes no scalar: " + a.shape() + ", " + b.shape());
        }
        Tensor left = a.shape().rank() == 1 ? a.reshape(Shape.of(1, a.shape().dim(0))) : a;
        Tensor right = b.shape().rank() == 1 ? b.reshape(Shape.of(b.shape().dim(0), 1)) : b;
        int leftRank = left.shape().rank();
        int rightRank = right.shape().rank();
        Shape batch = Shape.broadcast(leading(left.shape()), leading(right.shape()));
        int[] dimensions = new int[batch.rank() + 2];
        System.arraycopy(batch.toArray(), 0, dimensions, 0, batch.rank());
        dimensions[batch.rank()] = left.shape().dim(leftRank - 2);
        dimensions[batch.rank() + 1] = right.shape().dim(rightRank - 1);
        Tensor product = product(left, right, null, Shape.of(dimensions), batch);
        if (a.shape().rank() > 1 && b.shape().rank() > 1) {
            return product;
        }
        int[] kept = new int
                [batch.rank() + (a.shape().rank() > 1 ? 1 : 0) + (b.shape().rank() > 1 ? 1 : 0)];
        System.arraycopy(dimensions, 0, kept, 0, batch.rank());
        if (kept.length > batch.rank()) {
            kept[batch.rank()] = dimensions[batch.rank() + (a.shape().rank() > 1 ? 0 : 1)];
        }
        return product.reshape(Shape.of(kept));
    }

    private static Tensor product(Tensor a, Tensor b, @Nullable Tensor start, Shape shape, Shape batch) {
        int rows = shape.dim(shape.rank() - 2);
        int columns = shape.dim(shape.rank() - 1);
        int depth = a.shape().dim(a.shape().rank() - 1);
        if (depth != b.shape().dim(b.shape().rank() - 2)) {
            throw new IllegalArgumentException(
                    "the inner dimensions of the matrices " + a.shape() + " and " + b.shape() + " differ");
        }
        if (a.elementType() != b.elementType() || (start != null && start.elementType() != a.elementType())) {
            throw new IllegalArgumentException("a matrix product needs one element type, not " + a.elementType() + ", "
                    + b.elementType() + (start == null ? "" : " and " + start.elementType()));
        }
        int[] inA = broadcastMatrices(leading(a.shape()), batch);
        int[] inB = broadcastMatrices(leading(b.shape()), batch);
        int sizeA = rows * depth;
        int sizeB = depth * columns;
        int sizeY = rows * columns;
        if (a instanceof FloatTensor left && b instanceof FloatTensor right) {
            float[] y = start instanceof FloatTensor bias ? bias.data().clone() : new float[shape.size()];
            for (int i = 0; i < inA.length; i++) {
                multiply(left.data(), inA[i] * sizeA, right.data(), inB[i] * sizeB, y, i * sizeY, rows, depth, columns);
            }
            return ReferenceCast.rounded(a.elementType(), shape, y);
        }
        if (a instanceof DoubleTensor left && b instanceof DoubleTensor right) {
            double[] y = start instanceof DoubleTensor bias ? bias.data().clone() : new double[shape.size()];
            for (int i = 0; i < inA.length; i++) {
                multiply(left.data(), inA[i] * sizeA, right.data(), inB[i] * sizeB, y, i * sizeY, rows, depth, columns);
            }
            return DoubleTensor.of(shape, y);
        }
        long[] left = ((LongTensor) a).data();
        long[] right = ((LongTensor) b).data();
        long[] y = start instanceof LongTensor bias ? bias.data().clone() : new long[shape.size()];
        for (int i = 0; i < inA.length; i++) {
            multiply(left, inA[i] * sizeA, right, inB[i] * sizeB, y, i * sizeY, rows, depth, columns);
        }
        return ReferenceCast.wrapped(a.elementType(), shape, y);
    }

    /**
     * Adds a matrix product to {@code y}. Rows are copied so that every index of the innermost loop is {@code j}: C2 makes
     * vectors of that loop, and runs several times as fast as on rows addressed by their offsets.
     */
    private static void multiply(
            float[] a, int fromA, float[] b, int fromB, float[] y, int fromY, int rows, int depth, int columns) {
        float[] row = new float[columns];
        float[] sums = new float[columns];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(y, fromY + i * columns, sums, 0, columns);
            for (int k = 0; k < depth; k++) {
                float factor = a[fromA + i * depth + k];
                System.arraycopy(b, fromB + k * columns, row, 0, columns);
                for (int j = 0; j < columns; j++) {
                    sums[j] = Math.fma(factor, row[j], sums[j]);
                }
            }
            System.arraycopy(sums, 0, y, fromY + i * columns, columns);
        }
    }

    private static void multiply(
            double[] a, int fromA, double[] b, int fromB, double[] y, int fromY, int rows, int depth, int columns) {
        double[] row = new double[columns];
        double[] sums = new double[columns];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(y, fromY + i * columns, sums, 0, columns);
            for (int k = 0; k < depth; k++) {
                double factor = a[fromA + i * depth + k];
                System.arraycopy(b, fromB + k * columns, row, 0, columns);
                for (int j = 0; j < columns; j++) {
                    sums[j] = Math.fma(factor, row[j], sums[j]);
                }
            }
            System.arraycopy(sums, 0, y, fromY + i * columns, columns);
        }
    }

    private static void multiply(
            long[] a, int fromA, long[] b, int fromB, long[] y, int fromY, int rows, int depth, int columns) {
        long[] row = new long[columns];
        long[] sums = new long[columns];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(y, fromY + i * columns, sums, 0, columns);
            for (int k = 0; k < depth; k++) {
                long factor = a[fromA + i * depth + k];
                System.arraycopy(b, fromB + k * columns, row, 0, columns);
                for (int j = 0; j < columns; j++) {
                    sums[j] += factor * row[j];
                }
            }
            System.arraycopy(sums, 0, y, fromY + i * columns, columns);
        }
    }

    /** For every matrix of the result's batch, the index of the operand's matrix that it is made from. */
    private static int[] broadcastMatrices(Shape operand, Shape batch) {
        long[] indices = LongStream.range(0, operand.size()).toArray();
        Tensor matrices = ReferenceBroadcast.expand(LongTensor.of(operand, indices), batch);
        return IntStream.range(0, batch.size())
                .map(i -> (int) matrices.longAt(i))
                .toArray();
    }

    private static Shape leading(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
    }

    private static Tensor scaled(Tensor x, float factor) {
        if (x instanceof LongTensor && factor != Math.rint(factor)) {
            throw new IllegalArgumentException("factor " + factor + " for integers of " + x.elementType());
        }
        Tensor scalar = ReferenceCast.cast(FloatTensor.scalar(factor), x.elementType());
        return ReferenceElementwise.binary(BinaryFunction.MUL, x, scalar);
    }

    private static Tensor transposed(Tensor x) {
        return ReferenceMovement.transpose(x, new int[] {1, 0});
    }

    private static void requireMatrix(String name, Tensor x) {
        if (x.shape().rank() != 2) {
            throw new IllegalArgumentException(name + " must be a matrix, not of shape " + x.shape());
        }
    }
}

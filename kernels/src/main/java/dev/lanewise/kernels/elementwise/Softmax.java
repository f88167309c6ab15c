package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorMathSource;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.PartialSums;
import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Softmax of rows, with the bits of {@code reference.ReferenceNormalization}: its 16 partial sums are the lanes of one, two
 * or four vectors.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Softmax.html">ONNX Softmax</a>
 */
public final class Softmax {

    private static final int PARTIALS = PartialSums.COUNT;

    private final @Nullable SoftmaxKernel kernel;

    private Softmax(@Nullable SoftmaxKernel kernel) {
        this.kernel = kernel;
    }

    /** For this CPU's vectors. */
    public static Softmax of() {
        return of(VectorWidth.preferred());
    }

    /** @param width without one, the plain reference */
    public static Softmax of(Optional<VectorWidth> width) {
        return new Softmax(width.map(Softmax::compiled).orElse(null));
    }

    /**
     * Each of the rows, which follow one another; {@code y} may be {@code x} at the same place.
     *
     * @throws IllegalArgumentException if an array is too short, or a row has no columns
     */
    public void run(float[] x, int xFrom, float[] y, int yFrom, int rows, int columns) {
        if (rows < 0 || columns < 1) {
            throw new IllegalArgumentException("softmax of " + rows + " rows of " + columns + " columns");
        }
        FloatRange.require("x", x, xFrom, (long) rows * columns);
        FloatRange.require("y", y, yFrom, (long) rows * columns);
        if (kernel == null) {
            float[] data = Arrays.copyOfRange(x, xFrom, xFrom + rows * columns);
            FloatTensor input = FloatTensor.of(Shape.of(rows, columns), data);
            FloatTensor result = (FloatTensor) ReferenceNormalization.softmax(input, 1, false, false);
            System.arraycopy(result.data(), 0, y, yFrom, rows * columns);
            return;
        }
        float[] padded = new float[(columns + PARTIALS - 1) / PARTIALS * PARTIALS];
        float[] partial = new float[PARTIALS];
        // The exponential of negative infinity is 0, and an addend of 0 changes no sum.
        Arrays.fill(padded, columns, padded.length, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, xFrom + row * columns, padded, 0, columns);
            softmax(kernel, padded, partial);
            System.arraycopy(padded, 0, y, yFrom + row * columns, columns);
            Arrays.fill(padded, columns, padded.length, Float.NEGATIVE_INFINITY);
        }
    }

    private static void softmax(SoftmaxKernel kernel, float[] row, float[] partial) {
        kernel.maxima(row, row.length, partial);
        float max = Float.NEGATIVE_INFINITY;
        for (float value : partial) {
            max = Math.max(max, value);
        }
        kernel.exponentials(row, row.length, max, partial);
        for (int half = PARTIALS / 2; half >= 1; half /= 2) {
            for (int i = 0; i < half; i++) {
                partial[i] += partial[i + half];
            }
        }
        kernel.divide(row, row.length, partial[0]);
    }

    private static SoftmaxKernel compiled(VectorWidth width) {
        return KernelCompiler.kernel("Softmax_f32x" + width.lanes(), SoftmaxKernel.class, width, source -> {
            int vectors = PARTIALS / width.lanes();
            maxima(source, width.lanes(), vectors);
            exponentials(source, width.lanes());
            return divide(source, width.lanes());
        });
    }

    private static void maxima(Source source, int lanes, int vectors) {
        source.open("public void maxima(float[] row, int count, float[] partial)");
        for (int v = 0; v < vectors; v++) {
            VectorSource.broadcast(source, "max" + v, "Float.NEGATIVE_INFINITY");
        }
        source.open("for (int i = 0; i < count; i += %d)", PARTIALS);
        for (int v = 0; v < vectors; v++) {
            VectorSource.load(source, "x" + v, "row", "i + " + v * lanes);
            source.line("max%d = x%d.max(max%d);", v, v, v);
        }
        store(source.close(), "max", lanes, vectors);
        source.close().blank();
    }

    /** One vector after another: the exponentials of four would be too much for one method. */
    private static void exponentials(Source source, int lanes) {
        source.open("public void exponentials(float[] row, int count, float max, float[] partial)");
        source.open("for (int lane = 0; lane < %d; lane += %d)", PARTIALS, lanes);
        source.line("sums(row, lane, count, max, partial);");
        source.close().close().blank();
        source.open("private static void sums(float[] row, int lane, int count, float max, float[] partial)");
        VectorSource.broadcast(source, "sum", "0f");
        source.open("for (int i = lane; i < count; i += %d)", PARTIALS);
        VectorSource.load(source, "x", "row", "i");
        source.line("x = x.sub(max);");
        VectorMathSource.exp(source, "x");
        VectorSource.exact(source, "x");
        source.line("x.intoArray(row, i);");
        source.line("sum = x.add(sum);");
        VectorSource.exact(source, "sum");
        source.close().line("sum.intoArray(partial, lane);").close().blank();
    }

    private static Source divide(Source source, int lanes) {
        source.open("public void divide(float[] row, int count, float divisor)");
        source.open("for (int i = 0; i < count; i += %d)", lanes);
        VectorSource.load(source, "x", "row", "i");
        return source.line("x.div(divisor).intoArray(row, i);").close().close();
    }

    private static void store(Source source, String variable, int lanes, int vectors) {
        for (int v = 0; v < vectors; v++) {
            source.line("%s%d.intoArray(partial, %d);", variable, v, v * lanes);
        }
    }
}

package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceMatMulTest {

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, false, false, 1, 1",
        "FLOAT32, true, false, 1, 1",
        "FLOAT32, false, true, 0.5, 2",
        "FLOAT32, true, true, 1.25, 0",
        "FLOAT64, true, true, 0.5, 0.25",
        "FLOAT16, false, true, 1, 1",
        "INT32, false, true, 2, 3"
    })
    void multipliesMatrices(ElementType type, boolean transA, boolean transB, float alpha, float beta) {
        RandomTensors random = new RandomTensors(3);
        int m = 5;
        int k = 37;
        int n = 9;
        Tensor a = transA ? random.next(type, k, m) : random.next(type, m, k);
        Tensor b = transB ? random.next(type, n, k) : random.next(type, k, n);
        Tensor c = random.next(type, n);
        Tensor y = ReferenceMatMul.gemm(a, b, c, alpha, beta, transA, transB);
        assertEquals(Shape.of(m, n), y.shape());
        assertEquals(type, y.elementType());
        double tolerance = type == ElementType.FLOAT16 ? 0.05 : type == ElementType.FLOAT32 ? 1e-4 : 1e-9;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a.doubleAt(transA ? p * m + i : i * k + p) * b.doubleAt(transB ? j * k + p : p * n + j);
                }
                assertEquals(alpha * sum + beta * c.doubleAt(j), y.doubleAt(i * n + j), tolerance);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.3, 0.7"})
    void startsFromTheBiasAndAddsInAscendingOrder(float alpha, float beta) {
        RandomTensors random = new RandomTensors(4);
        FloatTensor a = random.floats(3, 50);
        FloatTensor b = random.floats(50, 7);
        FloatTensor c = random.floats(3, 7);
        float[] expected = new float[21];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 7; j++) {
                float sum = beta * c.data()[i * 7 + j];
                for (int k = 0; k < 50; k++) {
                    sum = Math.fma(alpha * a.data()[i * 50 + k], b.data()[k * 7 + j], sum);
                }
                expected[i * 7 + j] = sum;
            }
        }
        Tensor y = ReferenceMatMul.gemm(a, b, c, alpha, beta, false, false);
        assertArrayEquals(expected, ((FloatTensor) y).data());
    }

    @Test
    void ignoresTheBiasWithAFactorOfZero() {
        FloatTensor one = FloatTensor.of(Shape.of(1, 1), 1);
        Tensor y = ReferenceMatMul.gemm(one, one, FloatTensor.scalar(Float.NaN), 1, 0, false, false);
        assertEquals(1, y.doubleAt(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2,3; 3,4; 2,4",
                "3; 3,4; 4",
                "2,3; 3; 2",
                "3; 3; scalar",
                "5,2,3; 3,4; 5,2,4",
                "5,2,3; 5,3,4; 5,2,4",
                "6,1,2,3; 5,3,4; 6,5,2,4",
                "3; 5,3,4; 5,4",
                "5,2,3; 3; 5,2",
                "2,0; 0,3; 2,3",
                "0,2,3; 3,4; 0,2,4"
            })
    void broadcastsTheAxesBeforeTheMatrices(String shapeA, String shapeB, String shapeY) {
        RandomTensors random = new RandomTensors(6);
        FloatTensor a = random.floats(dimensions(shapeA));
        FloatTensor b = random.floats(dimensions(shapeB));
        Tensor y = ReferenceMatMul.matMul(a, b);
        Shape shape = Shape.of(dimensions(shapeY));
        assertEquals(shape, y.shape());
        assertArrayEquals(naive(a, b, shape), ((FloatTensor) y).data(), 1e-5f);
    }

    private static int[] dimensions(String text) {
        return text.equals("scalar")
                ? new int[0]
                : Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    }

    /** With vectors made matrices; every element of the result finds its row and column by broadcasting the batch. */
    private static float[] naive(FloatTensor a, FloatTensor b, Shape shape) {
        int m = a.shape().rank() == 1 ? 1 : a.shape().dim(a.shape().rank() - 2);
        int n = b.shape().rank() == 1 ? 1 : b.shape().dim(b.shape().rank() - 1);
        int k = a.shape().dim(a.shape().rank() - 1);
        Shape batch = Shape.of(Arrays.copyOf(
                shape.toArray(),
                shape.rank() - (a.shape().rank() > 1 ? 1 : 0) - (b.shape().rank() > 1 ? 1 : 0)));
        float[] y = new float[shape.size()];
        for (int i = 0; i < y.length; i++) {
            int matrixA = ReferenceBroadcastTest.source(i / (m * n), batch, batchOf(a.shape()));
            int matrixB = ReferenceBroadcastTest.source(i / (m * n), batch, batchOf(b.shape()));
            double sum = 0;
            for (int p = 0; p < k; p++) {
                sum += (double) a.data()[(matrixA * m + i / n % m) * k + p] * b.data()[(matrixB * k + p) * n + i % n];
            }
            y[i] = (float) sum;
        }
        return y;
    }

    private static Shape batchOf(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), Math.max(0, shape.rank() - 2)));
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"INT8", "UINT8", "INT32", "INT64"})
    void wrapsIntegerProducts(ElementType type) {
        LongTensor a = new LongTensor(type, Shape.of(1, 2), new long[] {100, 100});
        LongTensor b = new LongTensor(type, Shape.of(2, 1), new long[] {100, 50});
        assertEquals(type.wrap(15000), ReferenceMatMul.matMul(a, b).longAt(0));
    }

    @Test
    void rejectsWhatDoesNotFit() {
        RandomTensors random = new RandomTensors(1);
        FloatTensor a = random.floats(2, 3);
        FloatTensor b = random.floats(4, 5);
        Tensor doubles = random.next(ElementType.FLOAT64, 3, 5);
        assertThrows(IllegalArgumentException.class, () -> ReferenceMatMul.matMul(a, b));
        assertThrows(IllegalArgumentException.class, () -> ReferenceMatMul.matMul(a, doubles));
        assertThrows(IllegalArgumentException.class, () -> ReferenceMatMul.matMul(a, FloatTensor.scalar(1)));
        assertThrows(IllegalArgumentException.class, () -> gemm(a, random.floats(3), null));
        assertThrows(IllegalArgumentException.class, () -> gemm(a, random.floats(3, 5), random.floats(2)));
    }

    private static Tensor gemm(Tensor a, Tensor b, @Nullable Tensor c) {
        return ReferenceMatMul.gemm(a, b, c, 1, 1, false, false);
    }
}

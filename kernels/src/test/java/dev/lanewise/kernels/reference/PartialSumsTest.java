package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialSumsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 31, 32, 49, 1000})
    void addsInTheDocumentedOrder(int count) {
        float[] data = new RandomTensors(count).floats(count + 3).data();
        float[] p = new float[16];
        float[] squares = new float[16];
        float[] absolutes = new float[16];
        for (int i = 0; i < count; i++) {
            p[i % 16] = p[i % 16] + data[3 + i];
            squares[i % 16] = Math.fma(data[3 + i] - 0.5f, data[3 + i] - 0.5f, squares[i % 16]);
            absolutes[i % 16] = absolutes[i % 16] + Math.abs(data[3 + i]);
        }
        assertEquals(folded(p), PartialSums.sum(data, 3, count));
        assertEquals(folded(squares), PartialSums.sumOfSquares(data, 3, count, 0.5f));
        assertEquals(folded(absolutes), PartialSums.sumOfAbsolutes(data, 3, count));
    }

    /** 8 + 8, 4 + 4, 2 + 2, 1 + 1, written out as a tree. */
    private static float folded(float[] p) {
        float even = ((p[0] + p[8]) + (p[4] + p[12])) + ((p[2] + p[10]) + (p[6] + p[14]));
        float odd = ((p[1] + p[9]) + (p[5] + p[13])) + ((p[3] + p[11]) + (p[7] + p[15]));
        return even + odd;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 100_000})
    void isCloseToTheExactSum(int count) {
        float[] data = new RandomTensors(7).floats(count).data();
        double sum = 0;
        double squares = 0;
        double[] doubles = new double[count];
        for (int i = 0; i < count; i++) {
            doubles[i] = data[i];
            sum += data[i];
            squares += (data[i] - 1.0) * (data[i] - 1.0);
        }
        assertEquals(sum, PartialSums.sum(data, 0, count), 0.01);
        assertEquals(sum, PartialSums.sum(doubles, 0, count), 1e-9);
        assertEquals(squares, PartialSums.sumOfSquares(doubles, 0, count, 1), 1e-6);
    }
}

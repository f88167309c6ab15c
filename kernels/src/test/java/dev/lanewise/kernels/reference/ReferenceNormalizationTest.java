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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceNormalizationTest {

    private static final float EPSILON = 1e-5f;

    @ParameterizedTest
    @CsvSource({"FLOAT32, 1e-5", "FLOAT64, 1e-12", "FLOAT16, 2e-2"})
    void normalizesByGivenStatistics(ElementType type, double tolerance) {
        RandomTensors random = new RandomTensors(8);
        Tensor x = random.next(type, 2, 3, 4, 5);
        Tensor scale = random.next(type, 3);
        Tensor bias = random.next(type, 3);
        Tensor mean = random.next(type, 3);
        Tensor variance = ReferenceElementwise.unary(UnaryFunction.ABS, 0, 0, random.next(type, 3));
        Tensor y = ReferenceNormalization.batchNormalization(x, scale, bias, mean, variance, EPSILON);
        assertEquals(type, y.elementType());
        for (int i = 0; i < x.shape().size(); i++) {
            int c = i / 20 % 3;
            double expected =
                    (x.doubleAt(i) - mean.doubleAt(c)) / Math.sqrt(variance.doubleAt(c) + EPSILON) * scale.doubleAt(c)
                            + bias.doubleAt(c);
            assertEquals(expected, y.doubleAt(i), tolerance * Math.max(1, Math.abs(expected)));
        }
    }

    @Test
    void normalizesWithOneFmaPerElement() {
        FloatTensor x = new RandomTensors(9).floats(1, 1, 50);
        FloatTensor scale = FloatTensor.of(Shape.of(1), 0.7f);
        FloatTensor bias = FloatTensor.of(Shape.of(1), 0.3f);
        FloatTensor mean = FloatTensor.of(Shape.of(1), 0.11f);
        FloatTensor variance = FloatTensor.of(Shape.of(1), 2.3f);
        float a = (float) (0.7f / Math.sqrt((double) 2.3f + EPSILON));
        float b = (float) ((double) 0.3f - (double) 0.11f * a);
        FloatTensor y =
                (FloatTensor) ReferenceNormalization.batchNormalization(x, scale, bias, mean, variance, EPSILON);
        for (int i = 0; i < 50; i++) {
            assertEquals(Math.fma(x.data()[i], a, b), y.data()[i]);
        }
    }

    @Test
    void takesStatisticsOfEveryElementOfAnImage() {
        RandomTensors random = new RandomTensors(10);
        FloatTensor x = random.floats(2, 3, 4);
        FloatTensor mean = random.floats(3, 4);
        float[] ones = new float[12];
        Arrays.fill(ones, 1);
        FloatTensor one = FloatTensor.of(Shape.of(3, 4), ones);
        FloatTensor zero = FloatTensor.of(Shape.of(3, 4), new float[12]);
        FloatTensor y = (FloatTensor) ReferenceNormalization.batchNormalization(x, one, zero, mean, one, 0);
        for (int i = 0; i < 24; i++) {
            assertEquals(x.data()[i] - mean.data()[i % 12], y.data()[i], 1e-6);
        }
    }

    @Test
    void rejectsParametersOfOtherSizes() {
        RandomTensors random = new RandomTensors(10);
        FloatTensor x = random.floats(2, 3, 4, 4);
        FloatTensor three = random.floats(3);
        FloatTensor four = random.floats(4);
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceNormalization.batchNormalization(x, four, four, four, four, EPSILON));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceNormalization.batchNormalization(x, three, three, three, four, EPSILON));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceNormalization.instanceNormalization(x, four, four, EPSILON));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 1e-5", "FLOAT64, 1e-12"})
    void normalizesEveryChannelByItself(ElementType type, double tolerance) {
        RandomTensors random = new RandomTensors(12);
        Tensor x = random.next(type, 2, 3, 7, 5);
        Tensor scale = random.next(type, 3);
        Tensor bias = random.next(type, 3);
        Tensor y = ReferenceNormalization.instanceNormalization(x, scale, bias, EPSILON);
        for (int plane = 0; plane < 6; plane++) {
            double sum = 0;
            double squares = 0;
            for (int i = plane * 35; i < plane * 35 + 35; i++) {
                sum += x.doubleAt(i);
                squares += x.doubleAt(i) * x.doubleAt(i);
            }
            double mean = sum / 35;
            double deviation = Math.sqrt(squares / 35 - mean * mean + EPSILON);
            for (int i = plane * 35; i < plane * 35 + 35; i++) {
                double expected =
                        (x.doubleAt(i) - mean) / deviation * scale.doubleAt(plane % 3) + bias.doubleAt(plane % 3);
                assertEquals(expected, y.doubleAt(i), tolerance * Math.max(1, Math.abs(expected)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0.75", "3, 0.75", "4, 0.6", "5, 1", "20, 0.5"})
    void normalizesAcrossNeighbouringChannels(int size, float beta) {
        FloatTensor x = new RandomTensors(13).floats(2, 7, 3, 2);
        Tensor y = ReferenceNormalization.localResponseNormalization(x, size, 0.2f, beta, 1.5f);
        for (int i = 0; i < x.data().length; i++) {
            int c = i / 6 % 7;
            double squares = 0;
            for (int k = Math.max(0, c - (size - 1) / 2); k <= Math.min(6, c + size / 2); k++) {
                squares += Math.pow(x.data()[i + (k - c) * 6], 2);
            }
            double expected = x.data()[i] / Math.pow(1.5 + 0.2 / size * squares, beta);
            assertEquals(expected, y.doubleAt(i), 1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, false, false",
        "1, false, true",
        "2, false, false",
        "0, true, true",
        "1, true, false",
        "2, true, true"
    })
    void normalizesExponentials(int axis, boolean toEnd, boolean logarithm) {
        for (ElementType type : new ElementType[] {ElementType.FLOAT32, ElementType.FLOAT64}) {
            Tensor x = new RandomTensors(14).next(type, 3, 5, 20);
            Tensor y = ReferenceNormalization.softmax(x, axis, toEnd, logarithm);
            int inner = toEnd ? 1 : x.shape().sizeOf(axis + 1, 3);
            int count = toEnd ? x.shape().sizeOf(axis, 3) : x.shape().dim(axis);
            for (int i = 0; i < x.shape().size(); i++) {
                int first = i / (inner * count) * inner * count + i % inner;
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    sum += Math.exp(x.doubleAt(first + k * inner));
                }
                double expected = logarithm ? x.doubleAt(i) - Math.log(sum) : Math.exp(x.doubleAt(i)) / sum;
                assertEquals(expected, y.doubleAt(i), type == ElementType.FLOAT32 ? 2e-6 : 1e-13);
            }
        }
    }

    @Test
    void sumsExponentialsInTheDocumentedOrder() {
        FloatTensor x = new RandomTensors(15).floats(1, 1000);
        float max = Float.NEGATIVE_INFINITY;
        for (float value : x.data()) {
            max = Math.max(max, value);
        }
        float[] expected = new float[1000];
        for (int i = 0; i < 1000; i++) {
            expected[i] = ReferenceMath.exp(x.data()[i] - max);
        }
        float sum = PartialSums.sum(expected, 0, 1000);
        for (int i = 0; i < 1000; i++) {
            expected[i] /= sum;
        }
        Tensor y = ReferenceNormalization.softmax(x, 1, false, false);
        assertArrayEquals(expected, ((FloatTensor) y).data());
    }

    @Test
    void survivesLargeScores() {
        FloatTensor x = FloatTensor.of(Shape.of(1, 3), 10000, 10000, -10000);
        FloatTensor y = (FloatTensor) ReferenceNormalization.softmax(x, 1, false, false);
        assertArrayEquals(new float[] {0.5f, 0.5f, 0}, y.data());
    }

    @Test
    void rejectsIntegers() {
        LongTensor x = LongTensor.of(Shape.of(1, 2), 1, 2);
        assertThrows(IllegalArgumentException.class, () -> ReferenceNormalization.softmax(x, 1, false, false));
        assertThrows(
                IllegalArgumentException.class, () -> ReferenceNormalization.localResponseNormalization(x, 1, 1, 1, 1));
    }
}

package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceQuantizationTest {

    @ParameterizedTest
    @CsvSource({
        "UINT8, 128, 1, 128", // 0.5 rounds to even, 0
        "UINT8, 128, 3, 130",
        "UINT8, 128, -1000, 0",
        "UINT8, 128, 1e30, 255",
        "UINT8, 128, -Infinity, 0",
        "INT8, -3, 5, -1",
        "INT8, -3, 1e9, 127",
        "INT16, 10, -1e9, -32768",
        "UINT16, 10, 1e9, 65535",
        "UINT16, 10, NaN, 10"
    })
    void roundsToEvenAndSaturates(ElementType type, long zeroPoint, float x, long expected) {
        LongTensor zero = new LongTensor(type, Shape.scalar(), new long[] {zeroPoint});
        float scale = 2;
        LongTensor y = ReferenceQuantization.quantize(
                FloatTensor.of(Shape.of(1), x), FloatTensor.scalar(scale), zero, type, 1, 0);
        assertEquals(type, y.elementType());
        assertEquals(expected, y.longAt(0));
    }

    @Test
    void usesOneParameterPerIndexOfAnAxis() {
        FloatTensor x = new RandomTensors(1).floats(2, 3, 4);
        FloatTensor scale = FloatTensor.of(Shape.of(3), 0.5f, 0.125f, 1);
        LongTensor zero = new LongTensor(ElementType.INT8, Shape.of(3), new long[] {1, -2, 3});
        LongTensor y = ReferenceQuantization.quantize(x, scale, zero, ElementType.INT8, -2, 0);
        FloatTensor back = ReferenceQuantization.dequantize(y, scale, zero, 1, 0);
        for (int i = 0; i < 24; i++) {
            int c = i / 4 % 3;
            assertEquals(Math.rint(x.data()[i] / scale.data()[c]) + zero.data()[c], y.doubleAt(i));
            assertEquals(x.data()[i], back.data()[i], scale.data()[c] / 2);
        }
    }

    @Test
    void usesOneParameterPerBlockOfAnAxis() {
        FloatTensor x = new RandomTensors(2).floats(2, 5, 3);
        FloatTensor scale = FloatTensor.of(Shape.of(2, 3, 3), positive(18));
        LongTensor zero = (LongTensor) new RandomTensors(4).next(ElementType.UINT8, 2, 3, 3);
        LongTensor y = ReferenceQuantization.quantize(x, scale, zero, ElementType.UINT8, 1, 2);
        FloatTensor back = ReferenceQuantization.dequantize(y, scale, zero, 1, 2);
        for (int n = 0; n < 2; n++) {
            for (int d = 0; d < 5; d++) {
                for (int i = 0; i < 3; i++) {
                    int element = (n * 5 + d) * 3 + i;
                    int p = (n * 3 + d / 2) * 3 + i;
                    double rounded = Math.rint(x.data()[element] / scale.data()[p]) + zero.data()[p];
                    long expected = (long) Math.max(0, Math.min(255, rounded));
                    assertEquals(expected, y.longAt(element));
                    assertEquals((expected - zero.data()[p]) * scale.data()[p], back.data()[element]);
                }
            }
        }
    }

    private static float[] positive(int count) {
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = 0.1f + i * 0.07f;
        }
        return scales;
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"INT8", "UINT8", "INT16", "UINT16", "INT32"})
    void restoresIntegersWithoutZeroPoint(ElementType type) {
        LongTensor x = new LongTensor(type, Shape.of(3), new long[] {0, 3, 100});
        FloatTensor y = ReferenceQuantization.dequantize(x, FloatTensor.of(Shape.of(1), 0.5f), null, 1, 0);
        assertArrayEquals(new float[] {0, 1.5f, 50}, y.data());
    }

    @Test
    void restoresInTheTypeOfTheScale() {
        Tensor scale = ReferenceCast.cast(FloatTensor.scalar(0.1f), ElementType.FLOAT16);
        LongTensor x = new LongTensor(ElementType.INT8, Shape.of(1), new long[] {7});
        FloatTensor y = ReferenceQuantization.dequantize(x, scale, null, 1, 0);
        assertEquals(ElementType.FLOAT16, y.elementType());
        assertEquals(ReferenceCast.roundToFloat16(7 * ReferenceCast.roundToFloat16(0.1f)), y.data()[0]);
    }

    @Test
    void rejectsParametersThatDoNotFit() {
        FloatTensor x = new RandomTensors(2).floats(2, 5, 3);
        FloatTensor four = FloatTensor.of(Shape.of(4), positive(4));
        LongTensor zero = new LongTensor(ElementType.INT8, Shape.of(5), new long[5]);
        assertThrows(IllegalArgumentException.class, () -> quantize(x, four, null, ElementType.INT8, 0));
        assertThrows(IllegalArgumentException.class, () -> quantize(x, four, zero, ElementType.INT8, 0));
        assertThrows(IllegalArgumentException.class, () -> quantize(x, four, null, ElementType.INT8, 2));
        assertThrows(IllegalArgumentException.class, () -> quantize(x, four, null, ElementType.INT64, 0));
        assertThrows(IllegalArgumentException.class, () -> ReferenceQuantization.dequantize(x, four, null, 1, 0));
    }

    private static LongTensor quantize(Tensor x, Tensor scale, @Nullable Tensor zero, ElementType type, int blockSize) {
        return ReferenceQuantization.quantize(x, scale, zero, type, 1, blockSize);
    }
}

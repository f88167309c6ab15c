package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceCastTest {

    @ParameterizedTest
    @CsvSource({
        "1.00048828125, 1", // halfway between 1 and 1 + 2^-10: to even
        "1.00146484375, 1.001953125",
        "1.0004882812500002, 1.0009765625", // a double just above halfway, which a float would lose
        "65504, 65504",
        "65519.99, 65504",
        "65520, Infinity",
        "-1e30, -Infinity",
        "5.960464477539063e-8, 5.960464477539063e-8",
        "2.9802322387695312e-8, 0", // half of the smallest subnormal: to even
        "2.98023223876954e-8, 5.960464477539063e-8",
        "-0.0, -0.0",
        "NaN, NaN"
    })
    void roundsToFloat16(double value, double expected) {
        assertEquals(expected, ReferenceCast.roundToFloat16(value));
    }

    @ParameterizedTest
    @CsvSource({
        "1.00390625, 1", // halfway between 1 and 1 + 2^-7
        "1.01171875, 1.015625",
        "3.3895313892515355e38, 3.3895313892515355e38",
        "3.4e38, Infinity",
        "-Infinity, -Infinity",
        "0.1, 0.10009765625"
    })
    void roundsToBfloat16(double value, double expected) {
        assertEquals(expected, ReferenceCast.roundToBfloat16(value));
    }

    @Test
    void keepsEveryFloat16() {
        for (int exponent = -24; exponent <= 15; exponent++) {
            for (int fraction = 0; fraction < 1024; fraction++) {
                // Below 2^-14 the fraction loses a bit for every step down.
                int lost = Math.max(0, -14 - exponent);
                double value = Math.scalb(1 + (fraction >> lost << lost) / 1024.0, exponent);
                assertEquals(value, ReferenceCast.roundToFloat16(value));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1.9, INT32, -1",
        "300.7, UINT8, 255",
        "-5, UINT8, 0",
        "-129, INT8, -128",
        "1e30, INT64, 9223372036854775807",
        "-1e30, INT64, -9223372036854775808",
        "1e30, UINT64, -1",
        "NaN, UINT64, 0",
        "1.2e19, UINT64, -6446744073709551616",
        "5e9, UINT32, 4294967295",
        "NaN, INT16, 0",
        "NaN, BOOL, 1",
        "0.2, BOOL, 1",
        "-0.0, BOOL, 0"
    })
    void cutsFractionsOffAndSaturates(double value, ElementType type, long expected) {
        assertEquals(
                expected, ReferenceCast.cast(DoubleTensor.scalar(value), type).longAt(0));
    }

    @ParameterizedTest
    @CsvSource({
        "INT32, 300, UINT8, 44",
        "INT32, 200, INT8, -56",
        "INT64, -1, UINT32, 4294967295",
        "INT64, -1, UINT64, -1",
        "INT32, 256, BOOL, 1",
        "BOOL, 1, INT64, 1"
    })
    void dropsTheHighestBitsOfIntegers(ElementType from, long value, ElementType to, long expected) {
        Tensor x = new LongTensor(from, Shape.scalar(), new long[] {value});
        assertEquals(expected, ReferenceCast.cast(x, to).longAt(0));
    }

    @ParameterizedTest
    @CsvSource({
        "INT64, 16777217, FLOAT32, 16777216",
        "INT64, 9007199791611905, FLOAT32, 9007200328482816", // would tie, and round down, if first a double
        "UINT64, -1, FLOAT32, 18446744073709551616",
        "UINT64, -1, FLOAT64, 18446744073709551616",
        "INT32, 65520, FLOAT16, Infinity",
        "UINT8, 255, BFLOAT16, 255",
        "INT32, 257, BFLOAT16, 256",
        "BOOL, 1, FLOAT32, 1"
    })
    void roundsIntegersOnce(ElementType from, long value, ElementType to, double expected) {
        Tensor x = new LongTensor(from, Shape.scalar(), new long[] {value});
        Tensor y = ReferenceCast.cast(x, to);
        assertEquals(to, y.elementType());
        assertEquals(expected, y.doubleAt(0));
    }

    @Test
    void narrowsDoublesDirectly() {
        // 1 + 2^-11 + 2^-40 is just above halfway; through float it would round to the tie, and down.
        double value = 1 + 0x1p-11 + 0x1p-40;
        assertEquals(
                1 + 0x1p-10,
                ReferenceCast.cast(DoubleTensor.scalar(value), ElementType.FLOAT16)
                        .doubleAt(0));
        assertEquals(0.1f, ((FloatTensor) ReferenceCast.cast(DoubleTensor.scalar(0.1), ElementType.FLOAT32)).data()[0]);
    }
}

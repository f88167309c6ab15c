package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceElementwiseTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT")
    void computesEveryUnaryFunctionInEveryFloatType(UnaryFunction function) {
        for (ElementType type :
                List.of(ElementType.FLOAT32, ElementType.FLOAT64, ElementType.FLOAT16, ElementType.BFLOAT16)) {
            Tensor x = positiveIfNeeded(function, new RandomTensors(5).next(type, 3, 41));
            float alpha = function.defaultAlpha();
            float beta = function.defaultBeta();
            Tensor y = ReferenceElementwise.unary(function, alpha, beta, x);
            assertEquals(type, y.elementType());
            assertEquals(x.shape(), y.shape());
            double tolerance = type == ElementType.BFLOAT16 ? 4e-3 : type == ElementType.FLOAT16 ? 5e-4 : 1e-6;
            for (int i = 0; i < x.shape().size(); i++) {
                double expected = naive(function, x.doubleAt(i), alpha, beta);
                String where = function + " of " + type + " " + x.doubleAt(i);
                assertEquals(expected, y.doubleAt(i), tolerance * Math.max(1, Math.abs(expected)), where);
                if (y instanceof FloatTensor floats) {
                    assertEquals(ReferenceCast.round(floats.data()[i], type), floats.data()[i], where);
                }
            }
        }
    }

    private static Tensor positiveIfNeeded(UnaryFunction function, Tensor x) {
        return function == UnaryFunction.LOG || function == UnaryFunction.SQRT
                ? ReferenceElementwise.unary(UnaryFunction.ABS, 0, 0, x)
                : x;
    }

    private static double naive(UnaryFunction function, double x, double alpha, double beta) {
        return switch (function) {
            case ABS -> x < 0 ? -x : x;
            case CEIL -> Math.ceil(x);
            case CELU -> x > 0 ? x : alpha * Math.expm1(x / alpha);
            case ELU -> x > 0 ? x : alpha * Math.expm1(x);
            case ERF -> ReferenceMath.erf(x);
            case EXP -> Math.exp(x);
            case FLOOR -> Math.floor(x);
            case GELU -> x * (1 + ReferenceMath.erf(x / Math.sqrt(2))) / 2;
            case GELU_TANH -> x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
            case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
            case HARD_SWISH -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case LEAKY_RELU -> x > 0 ? x : alpha * x;
            case LOG -> Math.log(x);
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case NEG -> -x;
            case NOT -> throw new IllegalArgumentException();
            case RECIPROCAL -> 1 / x;
            case RELU -> x > 0 ? x : 0;
            case ROUND -> Math.rint(x);
            case SELU -> beta * (x > 0 ? x : alpha * Math.expm1(x));
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case SIGN -> x > 0 ? 1 : x < 0 ? -1 : 0;
            case SOFTPLUS -> Math.log1p(Math.exp(x));
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case SQRT -> Math.sqrt(x);
            case TANH -> Math.tanh(x);
            case THRESHOLDED_RELU -> x > alpha ? x : 0;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "MOD", "REMAINDER", "PRELU"})
    void computesBinaryFunctionsOfBroadcastOperandsInEveryType(BinaryFunction function) {
        for (ElementType type : ElementType.values()) {
            if (type == ElementType.BOOL) {
                continue;
            }
            RandomTensors random = new RandomTensors(11);
            Tensor a = random.next(type, 3, 1, 5);
            Tensor b = withoutZeros(random.next(type, 4, 1));
            Tensor y = ReferenceElementwise.binary(function, a, b);
            Shape shape = Shape.of(3, 4, 5);
            assertEquals(shape, y.shape());
            assertEquals(type, y.elementType());
            for (int i = 0; i < shape.size(); i++) {
                double first = a.doubleAt(ReferenceBroadcastTest.source(i, shape, a.shape()));
                double second = b.doubleAt(ReferenceBroadcastTest.source(i, shape, b.shape()));
                double expected = naive(function, first, second);
                String where = function + " of " + type + " " + first + ", " + second;
                if (type.isInteger()) {
                    assertEquals(type.wrap((long) expected), y.longAt(i), where);
                } else {
                    double tolerance = type.bits() == 16 ? 4e-3 : 1e-6;
                    assertEquals(expected, y.doubleAt(i), tolerance * Math.max(1, Math.abs(expected)), where);
                }
            }
        }
    }

    private static Tensor withoutZeros(Tensor x) {
        Tensor zero = ReferenceCast.cast(LongTensor.scalar(0), x.elementType());
        Tensor one = ReferenceCast.cast(LongTensor.scalar(1), x.elementType());
        return ReferenceElementwise.where(ReferenceElementwise.binary(BinaryFunction.EQUAL, x, zero), one, x);
    }

    private static double naive(BinaryFunction function, double a, double b) {
        return switch (function) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case MOD -> a - b * Math.floor(a / b);
            case REMAINDER -> a % b;
            case PRELU -> a < 0 ? a * b : a;
            default -> throw new IllegalArgumentException(function.toString());
        };
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, ADD, 127, 1, -128",
        "UINT8, SUB, 3, 5, 254",
        "INT16, MUL, 300, 300, 24464",
        "UINT16, ADD, 65535, 2, 1",
        "INT32, ADD, 2147483647, 1, -2147483648",
        "UINT32, SUB, 0, 1, 4294967295",
        "INT64, ADD, 9223372036854775807, 1, -9223372036854775808",
        "INT8, DIV, -128, -1, -128",
        "INT32, DIV, -7, 2, -3",
        "UINT64, DIV, -2, 2, 9223372036854775807",
        "UINT64, MAX, -1, 1, -1",
        "UINT64, MIN, -1, 1, 1",
        "INT32, MOD, -7, 3, 2",
        "INT32, REMAINDER, -7, 3, -1",
        "UINT64, MOD, -1, 10, 5",
        "INT32, POW, -3, 3, -27",
        "INT32, POW, 2, -1, 0",
        "INT8, POW, 2, 7, -128"
    })
    void wrapsIntegersAsTheirTypeDoes(ElementType type, BinaryFunction function, long a, long b, long expected) {
        Tensor y = ReferenceElementwise.binary(function, integer(type, a), integer(type, b));
        assertEquals(expected, y.longAt(0));
        assertEquals(type, y.elementType());
    }

    private static LongTensor integer(ElementType type, long value) {
        return new LongTensor(type, Shape.scalar(), new long[] {value});
    }

    @Test
    void namesAnIntegerDivisionByZero() {
        LongTensor zero = LongTensor.scalar(0);
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceElementwise.binary(BinaryFunction.DIV, LongTensor.scalar(1), zero));
        assertEquals("integer division by zero", error.getMessage());
    }

    @Test
    void comparesUnsignedNumbersBeyondTheSignedRange() {
        Tensor large = integer(ElementType.UINT64, -1);
        Tensor small = integer(ElementType.UINT64, 1);
        assertEquals(
                1,
                ReferenceElementwise.binary(BinaryFunction.GREATER, large, small)
                        .longAt(0));
        assertEquals(
                0,
                ReferenceElementwise.binary(BinaryFunction.LESS_OR_EQUAL, large, small)
                        .longAt(0));
    }

    @Test
    void comparesIntegersThatNoDoubleTellsApart() {
        LongTensor a = LongTensor.scalar((1L << 60) + 1);
        LongTensor b = LongTensor.scalar(1L << 60);
        assertEquals(0, ReferenceElementwise.binary(BinaryFunction.EQUAL, a, b).longAt(0));
        assertEquals(
                1, ReferenceElementwise.binary(BinaryFunction.GREATER, a, b).longAt(0));
    }

    @ParameterizedTest
    @CsvSource({"AND, 0001", "OR, 0111", "XOR, 0110", "EQUAL, 1001"})
    void computesTruthTables(BinaryFunction function, String expected) {
        LongTensor a = new LongTensor(ElementType.BOOL, Shape.of(4), new long[] {0, 0, 1, 1});
        LongTensor b = new LongTensor(ElementType.BOOL, Shape.of(4), new long[] {0, 1, 0, 1});
        LongTensor y = (LongTensor) ReferenceElementwise.binary(function, a, b);
        assertEquals(ElementType.BOOL, y.elementType());
        assertArrayEquals(expected.chars().mapToLong(c -> c - '0').toArray(), y.data());
    }

    @Test
    void takesTheBaseTypeForAPowerOfMixedTypes() {
        Tensor floats = FloatTensor.of(Shape.of(3), 1.5f, 2, 3);
        Tensor integers = new LongTensor(ElementType.INT32, Shape.of(3), new long[] {2, 3, 4});
        Tensor y = ReferenceElementwise.binary(BinaryFunction.POW, floats, integers);
        assertArrayEquals(new float[] {2.25f, 8, 81}, ((FloatTensor) y).data());
        Tensor z = ReferenceElementwise.binary(BinaryFunction.POW, integers, floats);
        assertEquals(ElementType.INT32, z.elementType());
        assertArrayEquals(new long[] {2, 9, 64}, ((LongTensor) z).data());
        Tensor doubles = DoubleTensor.of(Shape.of(1), 2);
        assertEquals(
                4.0,
                ReferenceElementwise.binary(BinaryFunction.POW, doubles, FloatTensor.scalar(2))
                        .doubleAt(0));
    }

    @Test
    void letsNaNThroughMaximaAndMinima() {
        FloatTensor nan = FloatTensor.scalar(Float.NaN);
        FloatTensor one = FloatTensor.scalar(1);
        assertTrue(Double.isNaN(
                ReferenceElementwise.binary(BinaryFunction.MAX, nan, one).doubleAt(0)));
        assertTrue(Double.isNaN(
                ReferenceElementwise.binary(BinaryFunction.MIN, one, nan).doubleAt(0)));
        assertTrue(Double.isNaN(
                ReferenceElementwise.unary(UnaryFunction.RELU, 0, 0, nan).doubleAt(0)));
    }

    @Test
    void clipsToTheUpperBoundWhereBoundsCross() {
        FloatTensor x = FloatTensor.of(Shape.of(3), -5, 0.5f, 5);
        FloatTensor crossed = (FloatTensor) ReferenceElementwise.clip(x, FloatTensor.scalar(2), FloatTensor.scalar(1));
        assertArrayEquals(new float[] {1, 1, 1}, crossed.data());
        FloatTensor lower = (FloatTensor) ReferenceElementwise.clip(x, FloatTensor.scalar(0), null);
        assertArrayEquals(new float[] {0, 0.5f, 5}, lower.data());
        FloatTensor upper = (FloatTensor) ReferenceElementwise.clip(x, null, FloatTensor.scalar(0));
        assertArrayEquals(new float[] {-5, 0, 0}, upper.data());
    }

    @Test
    void choosesBetweenBroadcastOperands() {
        LongTensor condition = new LongTensor(ElementType.BOOL, Shape.of(2, 1), new long[] {1, 0});
        FloatTensor a = FloatTensor.of(Shape.of(3), 1, 2, 3);
        FloatTensor y = (FloatTensor) ReferenceElementwise.where(condition, a, FloatTensor.scalar(9));
        assertEquals(Shape.of(2, 3), y.shape());
        assertArrayEquals(new float[] {1, 2, 3, 9, 9, 9}, y.data());
    }

    @Test
    void averagesAnyNumberOfOperands() {
        FloatTensor a = FloatTensor.of(Shape.of(2), 1, 2);
        FloatTensor b = FloatTensor.of(Shape.of(2, 1), 3, 5);
        FloatTensor y = (FloatTensor) ReferenceElementwise.mean(List.of(a, b, FloatTensor.scalar(2)));
        assertArrayEquals(new float[] {2, 7 / 3f, 8 / 3f, 3}, y.data());
    }

    @Test
    void rejectsMixedTypesAndShapesThatDoNotBroadcast() {
        FloatTensor floats = FloatTensor.of(Shape.of(2), 1, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceElementwise.binary(BinaryFunction.ADD, floats, LongTensor.scalar(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceElementwise.binary(BinaryFunction.ADD, floats, new RandomTensors(1).floats(3)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceElementwise.unary(UnaryFunction.EXP, 0, 0, LongTensor.scalar(1)));
        assertThrows(
                IllegalArgumentException.class, () -> ReferenceElementwise.binary(BinaryFunction.AND, floats, floats));
    }
}

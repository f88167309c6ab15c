package dev.lanewise.engine.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.Reduction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What elementwise, linear, normalisation and reduction operators know of their outputs before run time. */
class SymbolicInferenceTest {

    private static ValueFact infer(Operator operator, @Nullable ValueFact... inputs) {
        return operator.infer(Arrays.asList(inputs)).get(0);
    }

    private static ValueFact sizes(String text) {
        return ValueFact.sizes(BroadcastingTest.dimensions(text));
    }

    private static ValueFact floats(String dimensions) {
        return ValueFact.of(ElementType.FLOAT32, BroadcastingTest.dimensions(dimensions));
    }

    private static ValueFact constant(long... values) {
        return ValueFact.constant(LongTensor.of(Shape.of(values.length), values));
    }

    private static String elements(ValueFact fact) {
        List<Dimension> elements = SymbolicElements.of(fact);
        assertNotNull(elements);
        return String.join(" ", elements.stream().map(Dimension::toString).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, N 4 8, 0, N 4 8",
        "ADD, N 4 8, 1, ? 5 9",
        "ADD, N 4, N 4, 2*N 8",
        "SUB, N 4, N 1, 0 3",
        "SUB, N 4, 0, N 4",
        "MUL, N 4 8, 2, 2*N 8 16",
        "MUL, N 4, N 2, N*N 8",
        "DIV, N 9, 2, ? 4",
        "DIV, N 9, N 3, 1 3",
        "MAX, N 4, N 7, N 7",
        "MIN, N 4, 2, ? 2"
    })
    void followsArithmeticOnSizes(BinaryFunction function, String a, String b, String expected) {
        ValueFact result = infer(Binary.of(function), sizes(a), sizes(b));
        assertEquals(expected, elements(result));
        assertEquals(ElementType.INT64, result.elementType());
    }

    @Test
    void followsTheChoiceThatExportersMakeBeforeAnExpand() {
        // Where(Equal(target, -1), 1, target): a target that no named size can make -1 stays itself.
        ValueFact target = sizes("N 8 -1");
        ValueFact isFree = infer(Binary.of(BinaryFunction.EQUAL), target, constant(-1));
        assertEquals("0 0 1", elements(isFree));
        assertEquals("N 8 1", elements(infer(new Where(), isFree, constant(1, 1, 1), target)));
    }

    @Test
    void doesNotGuessWhetherAnUnknownNumberIsNegative() {
        ValueFact difference = infer(Binary.of(BinaryFunction.SUB), sizes("N"), constant(5));
        ValueFact isFree = infer(Binary.of(BinaryFunction.EQUAL), difference, constant(-1));
        assertEquals("?", elements(isFree));
        assertEquals("?", elements(infer(new Where(), isFree, constant(1), difference)));
    }

    @Test
    void keepsSizesThroughCastsIdentitiesAndNegation() {
        ValueFact sizes = sizes("N 4");
        ValueFact narrow = infer(new Cast(ElementType.INT32), sizes);
        assertEquals(ElementType.INT32, narrow.elementType());
        assertEquals("N 4", elements(narrow));
        assertNull(infer(new Cast(ElementType.FLOAT32), sizes).elements());
        assertEquals("N 4", elements(infer(new Identity(), sizes)));
        assertEquals("-1*N -4", elements(infer(Unary.of(UnaryFunction.NEG), sizes)));
    }

    @Test
    void computesSmallConstantsOfAnyType() {
        // Cast(Floor(Mul(Cast([7, 9]), 1.5))), as exporters compute the size that they resize to.
        ValueFact floats = infer(new Cast(ElementType.FLOAT32), constant(7, 9));
        ValueFact scaled = infer(Binary.of(BinaryFunction.MUL), floats, ValueFact.constant(FloatTensor.scalar(1.5f)));
        ValueFact floor = infer(Unary.of(UnaryFunction.FLOOR), scaled);
        assertArrayEquals(
                new long[] {10, 13}, infer(new Cast(ElementType.INT64), floor).knownElements());
    }

    @Test
    void multipliesSizesThatExportersFlatten() {
        ValueFact product = infer(new Reduce(Reduction.PROD, false, false), sizes("N 4 8"));
        assertEquals("32*N", elements(product));
        assertEquals(List.of(), product.dimensions());
        assertEquals("N", elements(infer(new Reduce(Reduction.SUM, true, false), sizes("N 0"), constant(0))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "N 64 7 7; 2 3; true; N 64 1 1",
                "N 64 7 7; -1 -2; false; N 64",
                "N 64; ; true; 1 1",
                "N 64; ; false; ''"
            })
    void reducesDimensions(String data, @Nullable String axes, boolean keepDims, String expected) {
        ValueFact axesFact = axes == null
                ? null
                : constant(Arrays.stream(axes.split(" ", -1))
                        .mapToLong(Long::parseLong)
                        .toArray());
        ValueFact result = infer(new Reduce(Reduction.MEAN, keepDims, false), floats(data), axesFact);
        assertEquals(BroadcastingTest.dimensions(expected), result.dimensions());
    }

    @Test
    void keepsOnlyTheRankOfAReductionOverUnknownAxes() {
        ValueFact axes = ValueFact.of(ElementType.INT64, List.of(Dimension.of(1)));
        ValueFact kept = infer(new Reduce(Reduction.SUM, true, false), floats("N 3"), axes);
        assertEquals("FLOAT32[?,?]", kept.type().toString());
        assertNull(infer(new Reduce(Reduction.SUM, false, false), floats("N 3"), axes)
                .dimensions());
        assertEquals(
                "FLOAT32[N,3]",
                infer(new Reduce(Reduction.SUM, true, true), floats("N 3"))
                        .type()
                        .toString());
    }

    @ParameterizedTest
    @CsvSource({"1, true, INT64[N|1|8]", "-1, false, INT64[N|10]"})
    void dropsTheAxisOfAnArgMax(int axis, boolean keepDims, String expected) {
        ValueFact result = infer(new ArgExtreme(true, axis, keepDims, false), floats("N 10 8"));
        assertEquals(expected.replace('|', ','), result.type().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "N 512, 512 10, N 10",
        "N 4 7 8, 8 5, N 4 7 5",
        "4 7 8, N 1 8 5, N 4 7 5",
        "8, 8 5, 5",
        "N 7 8, 8, N 7",
        "8, 8, ''"
    })
    void multipliesMatrixDimensions(String a, String b, String expected) {
        assertEquals(
                BroadcastingTest.dimensions(expected),
                infer(new MatMul(), floats(a), floats(b)).dimensions());
    }

    @Test
    void infersGemmAndRejectsOtherInnerDimensions() {
        Gemm gemm = new Gemm(1, 1, false, true);
        ValueFact result = infer(gemm, floats("N 512"), floats("10 512"), floats("10"));
        assertEquals("FLOAT32[N,10]", result.type().toString());
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> infer(gemm, floats("N 512"), floats("512 10"), floats("10")));
        assertEquals("the inner dimension of B is 10, but must be 512", error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> infer(gemm, floats("N 512"), floats("10 512"), floats("9")));
        assertThrows(IllegalArgumentException.class, () -> infer(gemm, floats("N 5 12"), floats("10 512")));
        assertThrows(IllegalArgumentException.class, () -> infer(new MatMul(), floats("N 5"), floats("6 7")));
    }

    @Test
    void namesAMissingInput() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> infer(Binary.of(BinaryFunction.ADD), floats("N"), null));
        assertEquals("input 1 (B) is missing", error.getMessage());
    }

    @Test
    void infersQuantizedTypes() {
        ValueFact scale = ValueFact.of(ElementType.FLOAT16, List.of());
        ValueFact zero = ValueFact.of(ElementType.INT8, List.of());
        assertEquals(
                ElementType.UINT8,
                infer(new QuantizeLinear(null, 1, 0), floats("N"), scale).elementType());
        assertEquals(
                ElementType.INT8,
                infer(new QuantizeLinear(null, 1, 0), floats("N"), scale, zero).elementType());
        assertEquals(
                ElementType.INT16,
                infer(new QuantizeLinear(ElementType.INT16, 1, 0), floats("N"), scale)
                        .elementType());
        assertEquals(
                ElementType.FLOAT16,
                infer(new DequantizeLinear(1, 0), zero, scale, zero).elementType());
        assertThrows(
                IllegalArgumentException.class,
                () -> infer(new QuantizeLinear(ElementType.INT16, 1, 0), floats("N"), scale, zero));
    }

    @Test
    void alignsTheSecondOperandWithAnAxisOfTheFirst() {
        Binary add = new Binary(BinaryFunction.ADD, OptionalInt.of(1));
        assertEquals(
                "FLOAT32[N,3,4]",
                infer(add, floats("N 3 4"), floats("3")).type().toString());
        Tensor a = FloatTensor.of(Shape.of(1, 2, 3), 0, 1, 2, 3, 4, 5);
        Tensor b = FloatTensor.of(Shape.of(2), 10, 20);
        Tensor y = add.evaluate(List.of(a, b)).get(0);
        assertArrayEquals(new float[] {10, 11, 12, 23, 24, 25}, ((FloatTensor) y).data());
        assertThrows(IllegalArgumentException.class, () -> infer(add, floats("3 4"), floats("N 3 4")));
    }

    @Test
    void dropsNothingUnlessItTrains() {
        Tensor x = FloatTensor.of(Shape.of(2), 1, 2);
        Tensor yes = new LongTensor(ElementType.BOOL, Shape.scalar(), new long[] {1});
        Dropout dropout = new Dropout();
        List<Tensor> outputs = dropout.evaluate(List.of(x));
        assertEquals(x, outputs.get(0));
        assertArrayEquals(new long[] {1, 1}, ((LongTensor) outputs.get(1)).data());
        assertEquals(x, dropout.evaluate(List.of(x, FloatTensor.scalar(0), yes)).get(0));
        List<@Nullable Tensor> trained = List.of(x, FloatTensor.scalar(0.1f), yes);
        assertThrows(UnsupportedInputException.class, () -> dropout.evaluate(trained));
        assertThrows(UnsupportedInputException.class, () -> dropout.evaluate(Arrays.asList(x, null, yes)));
        ValueFact known = ValueFact.constant(yes);
        ValueFact ratio = ValueFact.constant(FloatTensor.scalar(0.1f));
        assertThrows(UnsupportedInputException.class, () -> infer(dropout, floats("N"), ratio, known));
        ValueFact unknown = ValueFact.of(ElementType.BOOL, List.of());
        assertEquals(
                "FLOAT32[N]", infer(dropout, floats("N"), ratio, unknown).type().toString());
    }
}

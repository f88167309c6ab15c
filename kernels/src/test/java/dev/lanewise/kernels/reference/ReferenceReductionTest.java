package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceReductionTest {

    @ParameterizedTest
    @EnumSource
    void reducesEverySetOfAxesInEveryType(Reduction reduction) {
        for (ElementType type : List.of(
                ElementType.FLOAT32, ElementType.FLOAT16, ElementType.FLOAT64, ElementType.INT64, ElementType.UINT8)) {
            Tensor x = new RandomTensors(17).next(type, 3, 4, 5);
            if (reduction == Reduction.LOG_SUM && type.storage() != ElementType.Storage.LONG) {
                x = ReferenceElementwise.unary(UnaryFunction.ABS, 0, 0, x);
            } else if (reduction == Reduction.LOG_SUM && type == ElementType.INT64) {
                continue; // a negative sum has no logarithm
            }
            for (int mask = 0; mask < 8; mask++) {
                boolean[] reduced = {(mask & 1) != 0, (mask & 2) != 0, (mask & 4) != 0};
                check(reduction, x, reduced);
            }
        }
    }

    private static void check(Reduction reduction, Tensor x, boolean[] reduced) {
        Tensor y = ReferenceReduction.reduce(reduction, x, reduced, true);
        int[] dimensions = x.shape().toArray();
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < dimensions.length; axis++) {
            if (reduced[axis]) {
                dimensions[axis] = 1;
            } else {
                kept.add(dimensions[axis]);
            }
        }
        Shape shape = Shape.of(dimensions);
        assertEquals(shape, y.shape());
        assertEquals(x.elementType(), y.elementType());
        Tensor squeezed = ReferenceReduction.reduce(reduction, x, reduced, false);
        assertEquals(Shape.of(kept.stream().mapToInt(Integer::intValue).toArray()), squeezed.shape());
        for (int i = 0; i < shape.size(); i++) {
            List<Double> elements = new ArrayList<>();
            for (int j = 0; j < x.shape().size(); j++) {
                if (ReferenceBroadcastTest.source(j, x.shape(), shape) == i) {
                    elements.add(x.doubleAt(j));
                }
            }
            double expected = naive(reduction, elements);
            String where = reduction + " of " + x;
            assertEquals(y.doubleAt(i), squeezed.doubleAt(i), where);
            ElementType type = x.elementType();
            if (type.isInteger()) {
                // Sums and products wrap around, roots and logarithms saturate; doubles know neither of huge products.
                boolean wraps = reduction != Reduction.L2 && reduction != Reduction.LOG_SUM;
                if (Math.abs(expected) < 1e15) {
                    long integer = wraps ? type.wrap((long) expected) : ReferenceCast.toLong(expected, type);
                    assertEquals(integer, y.longAt(i), where);
                }
            } else if (type != ElementType.FLOAT16 || Math.abs(expected) < 65504) {
                double tolerance = type == ElementType.FLOAT16 ? 1e-3 : 1e-5;
                assertEquals(expected, y.doubleAt(i), tolerance * Math.max(1, Math.abs(expected)), where);
            }
        }
    }

    private static double naive(Reduction reduction, List<Double> x) {
        double sum = x.stream().mapToDouble(v -> v).sum();
        double squares = x.stream().mapToDouble(v -> v * v).sum();
        return switch (reduction) {
            case L1 -> x.stream().mapToDouble(Math::abs).sum();
            case L2 -> Math.sqrt(squares);
            case LOG_SUM -> Math.log(sum);
            case LOG_SUM_EXP -> Math.log(x.stream().mapToDouble(Math::exp).sum());
            case MAX -> x.stream().mapToDouble(v -> v).max().orElseThrow();
            case MEAN -> sum / x.size();
            case MIN -> x.stream().mapToDouble(v -> v).min().orElseThrow();
            case PROD -> x.stream().mapToDouble(v -> v).reduce(1, (a, b) -> a * b);
            case SUM -> sum;
            case SUM_SQUARE -> squares;
        };
    }

    @Test
    void sumsAxesThatAreNotNeighboursInRowMajorOrder() {
        FloatTensor x = new RandomTensors(2).floats(7, 3, 9);
        Tensor y = ReferenceReduction.reduce(Reduction.SUM, x, new boolean[] {true, false, true}, false);
        for (int c = 0; c < 3; c++) {
            float[] row = new float[63];
            for (int i = 0; i < 63; i++) {
                row[i] = x.data()[(i / 9 * 3 + c) * 9 + i % 9];
            }
            assertEquals(PartialSums.sum(row, 0, 63), ((FloatTensor) y).data()[c]);
        }
    }

    @ParameterizedTest
    @CsvSource({"SUM, 0", "PROD, 1", "MAX, -Infinity", "MIN, Infinity", "MEAN, NaN", "LOG_SUM_EXP, -Infinity"})
    void reducesNothingToWhatTheOperationStartsFrom(Reduction reduction, float expected) {
        FloatTensor x = FloatTensor.of(Shape.of(2, 0));
        FloatTensor y = (FloatTensor) ReferenceReduction.reduce(reduction, x, new boolean[] {false, true}, false);
        assertArrayEquals(new float[] {expected, expected}, y.data());
    }

    @Test
    void findsExtremesOfIntegersBeyondTheSignedRangeAndOfBooleans() {
        boolean[] all = {true};
        Tensor unsigned = new LongTensor(ElementType.UINT64, Shape.of(3), new long[] {5, -1, 7});
        assertEquals(
                -1,
                ReferenceReduction.reduce(Reduction.MAX, unsigned, all, false).longAt(0));
        assertEquals(
                5,
                ReferenceReduction.reduce(Reduction.MIN, unsigned, all, false).longAt(0));
        Tensor bool = new LongTensor(ElementType.BOOL, Shape.of(2), new long[] {0, 1});
        assertEquals(
                1, ReferenceReduction.reduce(Reduction.MAX, bool, all, false).longAt(0));
        assertEquals(
                0, ReferenceReduction.reduce(Reduction.MIN, bool, all, false).longAt(0));
    }

    @Test
    void addsExponentialsThatWouldOverflow() {
        FloatTensor x = FloatTensor.of(Shape.of(2), 1000, 1000);
        Tensor y = ReferenceReduction.reduce(Reduction.LOG_SUM_EXP, x, new boolean[] {true}, false);
        assertEquals(1000 + Math.log(2), y.doubleAt(0), 1e-4);
    }

    @ParameterizedTest
    @CsvSource({"true, false, 1", "true, true, 3", "false, false, 0", "false, true, 4"})
    void choosesAmongEqualExtremes(boolean largest, boolean last, long expected) {
        FloatTensor x = FloatTensor.of(Shape.of(1, 5), -2, 7, 0, 7, -2);
        LongTensor y = ReferenceReduction.indexOfExtreme(x, 1, largest, last, true);
        assertEquals(Shape.of(1, 1), y.shape());
        assertEquals(expected, y.longAt(0));
        LongTensor integers = (LongTensor) ReferenceCast.cast(x, ElementType.INT32);
        assertEquals(
                expected,
                ReferenceReduction.indexOfExtreme(integers, 1, largest, last, false)
                        .longAt(0));
    }

    @Test
    void rejectsTheExtremeOfNothing() {
        FloatTensor x = FloatTensor.of(Shape.of(2, 0));
        assertThrows(IllegalArgumentException.class, () -> ReferenceReduction.indexOfExtreme(x, 1, true, false, true));
    }
}

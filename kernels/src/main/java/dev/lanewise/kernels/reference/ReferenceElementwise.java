package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Operators that work element by element. FLOAT16 and BFLOAT16 are computed as float and rounded; integers wrap around
 * as those of their type do.
 */
public final class ReferenceElementwise {

    @FunctionalInterface
    private interface FloatFunction {
        float apply(float x);
    }

    @FunctionalInterface
    private interface FloatBinaryFunction {
        float apply(float a, float b);
    }

    @FunctionalInterface
    private interface LongPredicate {
        boolean test(long a, long b);
    }

    private ReferenceElementwise() {}

    /** @throws IllegalArgumentException if the function is not defined for the element type */
    public static Tensor unary(UnaryFunction function, float alpha, float beta, Tensor x) {
        if (function == UnaryFunction.NOT) {
            requireBool(function, x);
        }
        if (x instanceof FloatTensor floats) {
            float[] result = new float[floats.data().length];
            unary(function, alpha, beta, floats.data(), result);
            return ReferenceCast.rounded(x.elementType(), x.shape(), result);
        }
        if (x instanceof DoubleTensor doubles) {
            DoubleUnaryOperator onDoubles = onDoubles(function, alpha, beta);
            return DoubleTensor.of(
                    x.shape(), Arrays.stream(doubles.data()).map(onDoubles).toArray());
        }
        long[] data = ((LongTensor) x).data();
        long[] result = new long[data.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = onLong(function, data[i], x.elementType());
        }
        return ReferenceCast.wrapped(x.elementType(), x.shape(), result);
    }

    /**
     * A function of two elements, the operands broadcast to their common shape. Both have one element type; only the
     * exponent of POW may have another, and the result takes the base's.
     *
     * @throws IllegalArgumentException if the shapes or types do not fit, or for an integer division by zero
     */
    public static Tensor binary(BinaryFunction function, Tensor a, Tensor b) {
        requireTypes(function, a, b);
        Shape shape = Shape.broadcast(a.shape(), b.shape());
        Tensor x = ReferenceBroadcast.expand(a, shape);
        Tensor y = ReferenceBroadcast.expand(b, shape);
        if (function.isComparison() || function.isLogical()) {
            return compare(function, x, y);
        }
        if (function == BinaryFunction.POW && y.elementType() != x.elementType()) {
            if (x instanceof LongTensor base && !(y instanceof LongTensor)) {
                return power(base, y);
            }
            y = x instanceof LongTensor ? y : ReferenceCast.cast(y, x.elementType());
        }
        if (x instanceof FloatTensor first && y instanceof FloatTensor second) {
            float[] result = new float[shape.size()];
            binary(function, first.data(), second.data(), result);
            return ReferenceCast.rounded(x.elementType(), shape, result);
        }
        if (x instanceof DoubleTensor first && y instanceof DoubleTensor second) {
            DoubleBinaryOperator onDoubles = onDoubles(function);
            double[] result = new double[shape.size()];
            for (int i = 0; i < result.length; i++) {
                result[i] = onDoubles.applyAsDouble(first.data()[i], second.data()[i]);
            }
            return DoubleTensor.of(shape, result);
        }
        LongBinaryOperator onLongs = onLongs(function, x.elementType());
        long[] first = ((LongTensor) x).data();
        long[] second = ((LongTensor) y).data();
        long[] result = new long[shape.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = onLongs.applyAsLong(first[i], second[i]);
        }
        return ReferenceCast.wrapped(x.elementType(), shape, result);
    }

    /** A function of one float. */
    public static float apply(UnaryFunction function, float alpha, float beta, float x) {
        return switch (function) {
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x < 0 ? alpha * x : x;
            case HARD_SWISH -> ReferenceMath.hardSwish(x);
            case SIGMOID -> ReferenceMath.sigmoid(x);
            default -> onFloats(function, alpha, beta).apply(x);
        };
    }

    /** A function of two floats that gives a float. */
    public static float apply(BinaryFunction function, float a, float b) {
        return switch (function) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case PRELU -> a < 0 ? a * b : a;
            default -> onFloats(function).apply(a, b);
        };
    }

    /** The function applied from the left: {@code f(f(a, b), c)}. */
    public static Tensor fold(BinaryFunction function, List<Tensor> operands) {
        Tensor result = operands.get(0);
        for (Tensor operand : operands.subList(1, operands.size())) {
            result = binary(function, result, operand);
        }
        return result;
    }

    /** The sum of all operands divided by their number. */
    public static Tensor mean(List<Tensor> operands) {
        Tensor sum = fold(BinaryFunction.ADD, operands);
        Tensor count = ReferenceCast.cast(LongTensor.scalar(operands.size()), sum.elementType());
        return operands.size() == 1 ? sum : binary(BinaryFunction.DIV, sum, count);
    }

    /**
     * {@code min(max, max(x, min))}; a bound left out is none, and where they cross the upper one wins. Bounds are converted
     * to the type of {@code x}.
     */
    public static Tensor clip(Tensor x, @Nullable Tensor min, @Nullable Tensor max) {
        ElementType type = x.elementType();
        Tensor result = min == null ? x : binary(BinaryFunction.MAX, x, ReferenceCast.cast(min, type));
        return max == null ? result : binary(BinaryFunction.MIN, result, ReferenceCast.cast(max, type));
    }

    /** Chooses {@code a} where the condition holds, {@code b} elsewhere, all three broadcast. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        if (condition.elementType() != ElementType.BOOL) {
            throw new IllegalArgumentException("Where needs a condition of BOOL, not " + condition.elementType());
        }
        requireSameType("Where", a, b);
        Shape shape = Shape.broadcast(Shape.broadcast(condition.shape(), a.shape()), b.shape());
        long[] choice = ((LongTensor) ReferenceBroadcast.expand(condition, shape)).data();
        Tensor x = ReferenceBroadcast.expand(a, shape);
        Tensor y = ReferenceBroadcast.expand(b, shape);
        if (x instanceof FloatTensor first && y instanceof FloatTensor second) {
            float[] result = new float[choice.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = choice[i] != 0 ? first.data()[i] : second.data()[i];
            }
            return new FloatTensor(a.elementType(), shape, result);
        }
        if (x instanceof DoubleTensor first && y instanceof DoubleTensor second) {
            double[] result = new double[choice.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = choice[i] != 0 ? first.data()[i] : second.data()[i];
            }
            return DoubleTensor.of(shape, result);
        }
        long[] result = new long[choice.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = choice[i] != 0 ? x.longAt(i) : y.longAt(i);
        }
        return new LongTensor(a.elementType(), shape, result);
    }

    private static void unary(UnaryFunction function, float alpha, float beta, float[] x, float[] y) {
        // The functions that deep layers spend their time in have loops of their own, which C2 turns into vectors.
        switch (function) {
            case RELU -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.max(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] < 0 ? alpha * x[i] : x[i];
                }
            }
            case HARD_SWISH -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = ReferenceMath.hardSwish(x[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = ReferenceMath.sigmoid(x[i]);
                }
            }
            default -> {
                FloatFunction onFloats = onFloats(function, alpha, beta);
                for (int i = 0; i < y.length; i++) {
                    y[i] = onFloats.apply(x[i]);
                }
            }
        }
    }

    private static FloatFunction onFloats(UnaryFunction function, float alpha, float beta) {
        return switch (function) {
            case ABS -> Math::abs;
            case CEIL -> x -> (float) Math.ceil(x);
            case CELU -> x -> Math.max(x, 0) + Math.min(0, alpha * ReferenceMath.expm1(x / alpha));
            case ELU -> x -> x < 0 ? alpha * ReferenceMath.expm1(x) : x;
            case ERF -> ReferenceMath::erf;
            case EXP -> ReferenceMath::exp;
            case FLOOR -> x -> (float) Math.floor(x);
            case GELU -> ReferenceMath::gelu;
            case GELU_TANH -> ReferenceMath::geluTanh;
            case HARD_SIGMOID -> x -> Math.max(0, Math.min(1, Math.fma(alpha, x, beta)));
            case LOG -> ReferenceMath::log;
            case MISH -> ReferenceMath::mish;
            case NEG -> x -> -x;
            case RECIPROCAL -> x -> 1 / x;
            case ROUND -> x -> (float) Math.rint(x);
            case SELU -> x -> beta * (x > 0 ? x : alpha * ReferenceMath.expm1(x));
            case SIGN -> Math::signum;
            case SOFTPLUS -> ReferenceMath::softplus;
            case SOFTSIGN -> x -> x / (1 + Math.abs(x));
            case SQRT -> x -> (float) Math.sqrt(x);
            case TANH -> ReferenceMath::tanh;
            case THRESHOLDED_RELU -> x -> x > alpha ? x : 0;
            case HARD_SWISH, LEAKY_RELU, NOT, RELU, SIGMOID ->
                throw new IllegalStateException(function + " has its own loop");
        };
    }

    private static DoubleUnaryOperator onDoubles(UnaryFunction function, float alpha, float beta) {
        return switch (function) {
            case ABS -> Math::abs;
            case CEIL -> Math::ceil;
            case CELU -> x -> Math.max(x, 0) + Math.min(0, alpha * StrictMath.expm1(x / alpha));
            case ELU -> x -> x < 0 ? alpha * StrictMath.expm1(x) : x;
            case ERF -> ReferenceMath::erf;
            case EXP -> StrictMath::exp;
            case FLOOR -> Math::floor;
            case GELU -> x -> 0.5 * x * (1 + ReferenceMath.erf(x * Math.sqrt(0.5)));
            case GELU_TANH -> x -> 0.5 * x * (1 + StrictMath.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case HARD_SIGMOID -> x -> Math.max(0, Math.min(1, Math.fma(alpha, x, beta)));
            case HARD_SWISH -> x -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case LEAKY_RELU -> x -> x < 0 ? alpha * x : x;
            case LOG -> StrictMath::log;
            case MISH -> x -> x * StrictMath.tanh(ReferenceMath.softplus(x));
            case NEG -> x -> -x;
            case RECIPROCAL -> x -> 1 / x;
            case RELU -> x -> Math.max(x, 0);
            case ROUND -> Math::rint;
            case SELU -> x -> beta * (x > 0 ? x : alpha * StrictMath.expm1(x));
            case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
            case SIGN -> Math::signum;
            case SOFTPLUS -> ReferenceMath::softplus;
            case SOFTSIGN -> x -> x / (1 + Math.abs(x));
            case SQRT -> Math::sqrt;
            case TANH -> StrictMath::tanh;
            case THRESHOLDED_RELU -> x -> x > alpha ? x : 0;
            case NOT -> throw new IllegalStateException("NOT takes no doubles");
        };
    }

    private static long onLong(UnaryFunction function, long x, ElementType type) {
        boolean negative = x < 0 && !type.isUnsigned();
        return switch (function) {
            case ABS -> negative ? -x : x;
            case NEG -> -x;
            case NOT -> 1 - x;
            case RELU -> negative ? 0 : x;
            case SIGN -> negative ? -1 : x == 0 ? 0 : 1;
            default -> throw new IllegalArgumentException(function + " is not defined for " + type);
        };
    }

    private static void binary(BinaryFunction function, float[] a, float[] b, float[] y) {
        switch (function) {
            case ADD -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[i] + b[i];
                }
            }
            case SUB -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[i] - b[i];
                }
            }
            case MUL -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[i] * b[i];
                }
            }
            case DIV -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[i] / b[i];
                }
            }
            case MAX -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.max(a[i], b[i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.min(a[i], b[i]);
                }
            }
            case PRELU -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[i] < 0 ? a[i] * b[i] : a[i];
                }
            }
            default -> {
                FloatBinaryFunction onFloats = onFloats(function);
                for (int i = 0; i < y.length; i++) {
                    y[i] = onFloats.apply(a[i], b[i]);
                }
            }
        }
    }

    private static FloatBinaryFunction onFloats(BinaryFunction function) {
        return switch (function) {
            case POW -> ReferenceMath::pow;
            case MOD ->
                (a, b) -> {
                    float remainder = a % b;
                    return remainder != 0 && remainder < 0 != b < 0 ? remainder + b : remainder;
                };
            case REMAINDER -> (a, b) -> a % b;
            default -> throw new IllegalStateException(function + " has its own loop");
        };
    }

    private static DoubleBinaryOperator onDoubles(BinaryFunction function) {
        return switch (function) {
            case ADD -> (a, b) -> a + b;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> a / b;
            case MAX -> Math::max;
            case MIN -> Math::min;
            case POW -> StrictMath::pow;
            case PRELU -> (a, b) -> a < 0 ? a * b : a;
            case MOD ->
                (a, b) -> {
                    double remainder = a % b;
                    return remainder != 0 && remainder < 0 != b < 0 ? remainder + b : remainder;
                };
            case REMAINDER -> (a, b) -> a % b;
            default -> throw new IllegalStateException(function + " gives no doubles");
        };
    }

    private static LongBinaryOperator onLongs(BinaryFunction function, ElementType type) {
        boolean wide = type == ElementType.UINT64;
        return switch (function) {
            case ADD -> (a, b) -> a + b;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> wide ? Long.divideUnsigned(a, divisor(b)) : a / divisor(b);
            case MAX -> wide ? (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b : Math::max;
            case MIN -> wide ? (a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b : Math::min;
            case POW -> (a, b) -> power(a, b, type);
            case PRELU -> (a, b) -> a < 0 && !wide ? a * b : a;
            case MOD -> (a, b) -> wide ? Long.remainderUnsigned(a, divisor(b)) : Math.floorMod(a, divisor(b));
            case REMAINDER -> (a, b) -> wide ? Long.remainderUnsigned(a, divisor(b)) : a % divisor(b);
            default -> throw new IllegalStateException(function + " gives no integers");
        };
    }

    private static long divisor(long value) {
        if (value == 0) {
            throw new IllegalArgumentException("integer division by zero");
        }
        return value;
    }

    private static LongTensor power(LongTensor base, Tensor exponent) {
        ElementType type = base.elementType();
        long[] result = new long[base.data().length];
        for (int i = 0; i < result.length; i++) {
            double power = StrictMath.pow(ReferenceCast.toDouble(base.data()[i], type), exponent.doubleAt(i));
            result[i] = ReferenceCast.toLong(power, type);
        }
        return new LongTensor(type, base.shape(), result);
    }

    private static long power(long base, long exponent, ElementType type) {
        if (exponent < 0) {
            return ReferenceCast.toLong(StrictMath.pow((double) base, (double) exponent), type);
        }
        long result = 1;
        for (long square = base, rest = exponent; rest > 0; rest >>= 1, square *= square) {
            if ((rest & 1) != 0) {
                result *= square;
            }
        }
        return result;
    }

    private static LongTensor compare(BinaryFunction function, Tensor x, Tensor y) {
        long[] result = new long[x.shape().size()];
        if (x instanceof LongTensor first && y instanceof LongTensor second) {
            LongPredicate holds = onLongs(function, x.elementType() == ElementType.UINT64);
            for (int i = 0; i < result.length; i++) {
                result[i] = holds.test(first.data()[i], second.data()[i]) ? 1 : 0;
            }
        } else {
            for (int i = 0; i < result.length; i++) {
                result[i] = compare(function, x.doubleAt(i), y.doubleAt(i)) ? 1 : 0;
            }
        }
        return new LongTensor(ElementType.BOOL, x.shape(), result);
    }

    private static LongPredicate onLongs(BinaryFunction function, boolean wide) {
        long flip = wide ? Long.MIN_VALUE : 0;
        return switch (function) {
            case AND -> (a, b) -> (a & b) != 0;
            case OR -> (a, b) -> (a | b) != 0;
            case XOR -> (a, b) -> a != b;
            case EQUAL -> (a, b) -> a == b;
            case GREATER -> (a, b) -> (a ^ flip) > (b ^ flip);
            case GREATER_OR_EQUAL -> (a, b) -> (a ^ flip) >= (b ^ flip);
            case LESS -> (a, b) -> (a ^ flip) < (b ^ flip);
            case LESS_OR_EQUAL -> (a, b) -> (a ^ flip) <= (b ^ flip);
            default -> throw new IllegalStateException(function + " compares nothing");
        };
    }

    private static boolean compare(BinaryFunction function, double a, double b) {
        return switch (function) {
            case EQUAL -> a == b;
            case GREATER -> a > b;
            case GREATER_OR_EQUAL -> a >= b;
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            default -> throw new IllegalStateException(function + " compares no numbers");
        };
    }

    private static void requireTypes(BinaryFunction function, Tensor a, Tensor b) {
        if (function != BinaryFunction.POW) {
            requireSameType(function.toString(), a, b);
        }
        boolean bool = a.elementType() == ElementType.BOOL;
        if (bool ? !function.isLogical() && function != BinaryFunction.EQUAL : function.isLogical()) {
            throw new IllegalArgumentException(function + " is not defined for " + a.elementType());
        }
    }

    private static void requireSameType(String operator, Tensor a, Tensor b) {
        if (a.elementType() != b.elementType()) {
            throw new IllegalArgumentException(operator + " needs operands of one element type, not " + a.elementType()
                    + " and " + b.elementType());
        }
    }

    private static void requireBool(UnaryFunction function, Tensor x) {
        if (x.elementType() != ElementType.BOOL) {
            throw new IllegalArgumentException(function + " needs BOOL, not " + x.elementType());
        }
    }
}

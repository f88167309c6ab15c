package dev.lanewise.kernels.codegen;

/**
 * The functions of one element as generated vector code: the steps that {@code reference.ReferenceMath} spells out, so the
 * results have the same bits, for NaN, infinities, zeros and subnormal numbers too.
 *
 * <p>Every method writes statements that replace a local {@code FloatVector} of species {@code S} by its function value.
 * They stand in a block of their own, and their locals are named after the variable ({@code x_e}, {@code x_n}, ...), so
 * that one method may hold many of them.
 */
public final class VectorMathSource {

    private static final String LOG2_E = FloatLiteral.of(1.442695f);
    private static final String MINUS_LOG2_E = FloatLiteral.of(-1.442695f);
    private static final String LN2_HIGH = FloatLiteral.of(0x1.63p-1f);
    private static final String LN2_LOW = FloatLiteral.of(-2.1219444E-4f);
    private static final String MINUS_LN2_HIGH = FloatLiteral.of(-0x1.63p-1f);
    private static final String MINUS_LN2_LOW = FloatLiteral.of(2.1219444E-4f);
    /** Added to a float of moderate size, it leaves the nearest integer in the lowest bits. */
    private static final String ROUND_TO_INTEGER = FloatLiteral.of(12582912f);

    private static final int ROUND_TO_INTEGER_BITS = Float.floatToRawIntBits(12582912f);
    private static final String EXP_OVERFLOW = FloatLiteral.of(88.72284f);
    private static final String EXP_UNDERFLOW = FloatLiteral.of(-104f);
    private static final String SIGMOID_UNDERFLOW = FloatLiteral.of(-88.37f);
    private static final String SIGMOID_SATURATION = FloatLiteral.of(87.33f);

    private static final float[] EXP = {0.0013810217f, 0.008368899f, 0.041668467f, 0.16666518f, 0.49999994f};
    private static final float[] EXP_OF_NEGATED = {0.0013810217f, -0.008368899f, 0.041668467f, -0.16666518f, 0.49999994f
    };
    private static final float[] TANH = {-0.005717037f, 0.020650579f, -0.053743497f, 0.13331491f, -0.33333284f};
    private static final float[] ERF_NEAR_ZERO = {
        -5.9768936E-4f, 0.00499098f, -0.026765566f, 0.112818025f, -0.37612495f, 0.12837915f
    };
    private static final float[] ERF_EXPONENT = {
        -2.1398593E-4f, 0.003214963f, -0.022889987f, 0.10526188f, 0.6357183f, 1.1285144f
    };

    private VectorMathSource() {}

    /** {@code Math.max(x, bound)}, with a comparison and a blend where the JVM's own maximum takes several instructions. */
    public static void max(Source source, String x, float bound) {
        max(source, x, bound, FloatLiteral.of(bound));
    }

    /** As {@link #max(Source, String, float)}, with the bound from an expression of its value: a scalar or a vector. */
    static void max(Source source, String x, float bound, String expression) {
        limit(source, x, bound, expression, Float.floatToRawIntBits(bound) == Integer.MIN_VALUE ? "LT" : "LE");
    }

    /** {@code Math.min(x, bound)}, as {@link #max(Source, String, float)}. */
    public static void min(Source source, String x, float bound) {
        min(source, x, bound, FloatLiteral.of(bound));
    }

    /** As {@link #max(Source, String, float, String)}. */
    static void min(Source source, String x, float bound, String expression) {
        limit(source, x, bound, expression, Float.floatToRawIntBits(bound) == 0 ? "GT" : "GE");
    }

    /**
     * Replaces the lanes beyond a bound by the bound; NaN compares as false and stays. Where the bound is a zero of the
     * sign that loses against the other zero, a zero must stay too, and the comparison is strict.
     */
    private static void limit(Source source, String x, float bound, String expression, String comparison) {
        if (Float.isNaN(bound)) {
            source.line("%s = FloatVector.broadcast(S, %s);", x, FloatLiteral.of(bound));
            VectorSource.exact(source, x);
        } else {
            VectorSource.blend(source, x, expression, x, comparison, expression);
        }
    }

    /** The exponential. */
    public static void exp(Source source, String x) {
        source.open("");
        scaledExponential(source, x);
        VectorSource.blend(source, x + "_y", "Float.POSITIVE_INFINITY", x, "GT", EXP_OVERFLOW);
        source.line("%s = %s_y;", x, x);
        source.close();
    }

    /** The exponential of what is not positive: no lane can overflow. */
    public static void expOfNegative(Source source, String x) {
        source.open("");
        scaledExponential(source, x);
        source.line("%s = %s_y;", x, x);
        source.close();
    }

    /** {@code exp(x) - 1} of what is below 0; other lanes are left undefined. */
    public static void expm1OfNegative(Source source, String x) {
        source.open("");
        scaledExponential(source, x);
        powerOfTwo(source, x + "_s", x + "_k");
        VectorSource.declare(source, x + "_o", "%s_s.sub(1f)", x);
        VectorSource.declare(source, x + "_m", "%s_p.fma(%s_s, %s_o)", x, x, x);
        VectorSource.set(source, x + "_y", "%s_y.sub(1f)", x);
        VectorSource.blend(source, x + "_y", x + "_m", x, "GT", "-20f");
        source.line("%s = %s_y;", x, x);
        source.close();
    }

    /** Declares {@code x_k}, the power of two, {@code x_p = exp(r) - 1} and {@code x_y}, the product of their powers. */
    private static void scaledExponential(Source source, String x) {
        VectorSource.declare(source, x + "_t", "%s.mul(%s)", x, LOG2_E);
        VectorSource.set(source, x + "_t", "%s_t.add(%s)", x, ROUND_TO_INTEGER);
        VectorSource.declare(source, x + "_n", "%s_t.sub(%s)", x, ROUND_TO_INTEGER);
        remainder(source, x, x, MINUS_LN2_HIGH, MINUS_LN2_LOW);
        polynomial(source, x + "_p", x + "_r", EXP);
        VectorSource.declare(source, x + "_c", "%s_r.mul(%s_r)", x, x);
        VectorSource.set(source, x + "_p", "%s_c.fma(%s_p, %s_r)", x, x, x);
        // The conversion of floats to integers is no vector instruction on every JDK: the sum's lowest bits are the
        // integer.
        VectorSource.bits(source, x + "_i", x + "_t");
        VectorSource.declareIntegers(source, x + "_k", "%s_i.sub(%d)", x, ROUND_TO_INTEGER_BITS);
        VectorSource.declareIntegers(source, x + "_h", "%s_k.lanewise(VectorOperators.ASHR, 1)", x);
        VectorSource.declareIntegers(source, x + "_g", "%s_k.sub(%s_h)", x, x);
        powerOfTwo(source, x + "_u", x + "_h");
        powerOfTwo(source, x + "_v", x + "_g");
        VectorSource.declare(source, x + "_y", "%s_p.add(1f)", x);
        VectorSource.set(source, x + "_y", "%s_y.mul(%s_u)", x, x);
        VectorSource.set(source, x + "_y", "%s_y.mul(%s_v)", x, x);
        VectorSource.blend(source, x + "_y", "0f", x, "LT", EXP_UNDERFLOW);
    }

    /** The logistic function. */
    public static void sigmoid(Source source, String x) {
        source.open("");
        onePlusExpOfNegated(source, x);
        VectorSource.set(source, x, "%s_o.div(%s_d)", x, x);
        source.close();
    }

    /** What is multiplied by its logistic function. */
    static void silu(Source source, String x) {
        source.open("");
        onePlusExpOfNegated(source, x);
        VectorSource.set(source, x, "%s.div(%s_d)", x, x);
        source.close();
    }

    /** Declares {@code x_o = 1} and {@code x_d = 1 + exp(-x)}. */
    private static void onePlusExpOfNegated(Source source, String x) {
        source.line("FloatVector %s_l = %s;", x, x);
        VectorSource.blend(source, x + "_l", SIGMOID_SATURATION, x, "GT", SIGMOID_SATURATION);
        VectorSource.broadcast(source, x + "_e", MINUS_LOG2_E);
        VectorSource.broadcast(source, x + "_z", ROUND_TO_INTEGER);
        VectorSource.declare(source, x + "_t", "%s_l.fma(%s_e, %s_z)", x, x, x);
        VectorSource.declare(source, x + "_n", "%s_t.sub(%s_z)", x, x);
        remainder(source, x, x + "_l", LN2_HIGH, LN2_LOW);
        polynomial(source, x + "_q", x + "_r", EXP_OF_NEGATED);
        VectorSource.broadcast(source, x + "_o", "1f");
        VectorSource.declare(source, x + "_c", "%s_r.mul(%s_r)", x, x);
        VectorSource.declare(source, x + "_p", "%s_o.sub(%s_r)", x, x);
        VectorSource.set(source, x + "_p", "%s_c.fma(%s_q, %s_p)", x, x, x);
        VectorSource.bits(source, x + "_i", x + "_t");
        powerOfTwo(source, x + "_s", x + "_i");
        VectorSource.declare(source, x + "_d", "%s_p.fma(%s_s, %s_o)", x, x, x);
        VectorSource.blend(source, x + "_d", "Float.POSITIVE_INFINITY", x, "LT", SIGMOID_UNDERFLOW);
    }

    /** The hyperbolic tangent. */
    public static void tanh(Source source, String x) {
        source.open("");
        VectorSource.declare(source, x + "_a", "%s.abs()", x);
        VectorSource.declare(source, x + "_e", "%s_a.mul(2f)", x);
        exp(source, x + "_e");
        VectorSource.broadcast(source, x + "_q", "2f");
        VectorSource.set(source, x + "_e", "%s_e.add(1f)", x);
        VectorSource.set(source, x + "_e", "%s_q.div(%s_e)", x, x);
        VectorSource.set(source, x + "_e", "%s_e.neg()", x);
        VectorSource.set(source, x + "_e", "%s_e.add(1f)", x);
        VectorSource.declare(source, x + "_s", "%s.mul(%s)", x, x);
        polynomial(source, x + "_p", x + "_s", TANH);
        VectorSource.declare(source, x + "_c", "%s.mul(%s_s)", x, x);
        VectorSource.set(source, x + "_p", "%s_c.fma(%s_p, %s)", x, x, x);
        VectorSource.blend(source, x + "_e", x + "_p", x + "_a", "LT", "0.625f");
        copySign(source, x + "_e", x);
        source.close();
    }

    /** The error function. */
    public static void erf(Source source, String x) {
        source.open("");
        VectorSource.declare(source, x + "_a", "%s.abs()", x);
        polynomial(source, x + "_e", x + "_a", ERF_EXPONENT);
        VectorSource.declare(source, x + "_m", "%s_a.neg()", x);
        VectorSource.set(source, x + "_e", "%s_m.mul(%s_e)", x, x);
        expOfNegative(source, x + "_e");
        VectorSource.set(source, x + "_e", "%s_e.neg()", x);
        VectorSource.set(source, x + "_e", "%s_e.add(1f)", x);
        VectorSource.blend(source, x + "_e", "1f", x + "_a", "GE", "4f");
        VectorSource.declare(source, x + "_s", "%s.mul(%s)", x, x);
        polynomial(source, x + "_p", x + "_s", ERF_NEAR_ZERO);
        VectorSource.set(source, x + "_p", "%s.fma(%s_p, %s)", x, x, x);
        VectorSource.blend(source, x + "_e", x + "_p", x + "_a", "LT", "0.925f");
        copySign(source, x + "_e", x);
        source.close();
    }

    /** Replaces {@code sign} by {@code magnitude} with its sign. */
    private static void copySign(Source source, String magnitude, String sign) {
        VectorSource.bits(source, magnitude + "_m", magnitude);
        VectorSource.bits(source, sign + "_b", sign);
        String and = "%s.lanewise(VectorOperators.AND, %s)";
        VectorSource.declareIntegers(source, magnitude + "_w", and, magnitude + "_m", "Integer.MAX_VALUE");
        VectorSource.declareIntegers(source, sign + "_w", and, sign + "_b", "Integer.MIN_VALUE");
        VectorSource.declareIntegers(source, sign + "_x", "%s_w.lanewise(VectorOperators.OR, %s_w)", magnitude, sign);
        VectorSource.set(source, sign, "%s_x.reinterpretAsFloats()", sign);
    }

    /** Declares {@code y}, the polynomial of {@code x} with these coefficients, highest power first, one fma each. */
    private static void polynomial(Source source, String y, String x, float[] coefficients) {
        VectorSource.broadcast(source, y, FloatLiteral.of(coefficients[0]));
        for (int i = 1; i < coefficients.length; i++) {
            String coefficient = y + i;
            VectorSource.broadcast(source, coefficient, FloatLiteral.of(coefficients[i]));
            VectorSource.set(source, y, "%s.fma(%s, %s)", x, y, coefficient);
        }
    }

    /** Declares {@code x_r = from + x_n * high + x_n * low}: what is left of an exponent without its integer. */
    private static void remainder(Source source, String x, String from, String high, String low) {
        VectorSource.broadcast(source, x + "_rh", high);
        VectorSource.broadcast(source, x + "_rl", low);
        VectorSource.declare(source, x + "_r", "%s_n.fma(%s_rh, %s)", x, x, from);
        VectorSource.set(source, x + "_r", "%s_n.fma(%s_rl, %s_r)", x, x, x);
    }

    /** Declares {@code y}, two to the power of an expression of integers. */
    private static void powerOfTwo(Source source, String y, String exponent) {
        VectorSource.declareIntegers(source, y + "_w", "%s.add(127)", exponent);
        VectorSource.declareIntegers(source, y + "_x", "%s_w.lanewise(VectorOperators.LSHL, 23)", y);
        VectorSource.declare(source, y, "%s_x.reinterpretAsFloats()", y);
    }
}

package dev.lanewise.kernels.reference;

/**
 * The functions of one {@code float}, in steps that give the same bits on every platform: polynomials in
 * {@link Math#fma} (a vector instruction may run the same steps in its lanes), and for functions that no deep loop calls,
 * {@link StrictMath} in {@code double}, rounded once. The JDK's {@code Math.exp} and its kin are free to differ between
 * platforms, so nothing here calls them.
 *
 * <p>Error bounds are stated in units in the last place (ulp) of the exact result and are checked by the tests.
 */
public final class ReferenceMath {

    private static final float LOG2_E = 1.442695f;
    /** The logarithm of 2 in two parts; the first has few enough bits that a multiple of it is exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -2.1219444E-4f;
    /** Added and subtracted again, it rounds a float of moderate size to the nearest integer, ties to even. */
    private static final float ROUND_TO_INTEGER = 12582912f;

    private static final float EXP_OVERFLOW = 88.72284f;
    private static final float EXP_UNDERFLOW = -104f;
    /** Below it, the exponential of {@code -x} is close to the largest float, and taken for infinite. */
    private static final float SIGMOID_UNDERFLOW = -88.37f;
    /** From it on, the exponential of {@code -x} is less than any normal number. */
    private static final float SIGMOID_SATURATION = 87.33f;

    private static final float SQRT_HALF = 0.70710677f;
    private static final float SQRT_2_OVER_PI = 0.7978846f;

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    private ReferenceMath() {}

    /** The exponential; within 1 ulp, subnormal results included. */
    public static float exp(float x) {
        if (!(x >= EXP_UNDERFLOW)) {
            return Float.isNaN(x) ? x : 0;
        }
        if (x > EXP_OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        float n = nearestInteger(x * LOG2_E);
        return timesPowerOfTwo(1 + expMinusOneReduced(x, n), (int) n);
    }

    /** {@code exp(x) - 1} without cancellation near 0; within 3 ulp. */
    public static float expm1(float x) {
        if (!(x > -20 && x < 15)) {
            return exp(x) - 1;
        }
        float n = nearestInteger(x * LOG2_E);
        float scale = Float.intBitsToFloat(((int) n + 127) << 23);
        return Math.fma(scale, expMinusOneReduced(x, n), scale - 1);
    }

    /** The logistic function {@code 1 / (1 + exp(-x))}; within 3 ulp where the result is no subnormal number. */
    public static float sigmoid(float x) {
        return 1 / onePlusExpOfNegated(x);
    }

    /** {@code x * sigmoid(x)}, with one rounding less; within 3 ulp where the sigmoid is no subnormal number. */
    public static float silu(float x) {
        return x / onePlusExpOfNegated(x);
    }

    /**
     * {@code 1 + exp(-x)}, as {@link #exp} in fewer steps: a power of two that is a normal number is all that it takes, and
     * what 1 swallows need not be exact. The coefficients alternate, since {@code r} is the remainder of {@code x}, not
     * {@code -x}.
     */
    private static float onePlusExpOfNegated(float x) {
        if (x < SIGMOID_UNDERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        float limited = x > SIGMOID_SATURATION ? SIGMOID_SATURATION : x;
        float t = Math.fma(limited, -LOG2_E, ROUND_TO_INTEGER);
        float n = t - ROUND_TO_INTEGER;
        float r = Math.fma(n, LN2_HIGH, limited);
        r = Math.fma(n, LN2_LOW, r);
        float q = 0.0013810217f;
        q = Math.fma(q, r, -0.008368899f);
        q = Math.fma(q, r, 0.041668467f);
        q = Math.fma(q, r, -0.16666518f);
        q = Math.fma(q, r, 0.49999994f);
        float p = Math.fma(r * r, q, 1 - r);
        // The lowest bits of the sum are the integer.
        float scale = Float.intBitsToFloat((Float.floatToRawIntBits(t) + 127) << 23);
        return Math.fma(p, scale, 1);
    }

    /** The hyperbolic tangent; within 3 ulp. */
    public static float tanh(float x) {
        float t = Math.abs(x);
        if (t < 0.625f) {
            float s = x * x;
            float p = -0.005717037f;
            p = Math.fma(p, s, 0.020650579f);
            p = Math.fma(p, s, -0.053743497f);
            p = Math.fma(p, s, 0.13331491f);
            p = Math.fma(p, s, -0.33333284f);
            // The sign makes -0 of -0, which the sum of two zeros would lose.
            return Math.copySign(Math.fma(x * s, p, x), x);
        }
        return Math.copySign(1 - 2 / (exp(2 * t) + 1), x);
    }

    /** The error function; within 3 ulp. */
    public static float erf(float x) {
        float t = Math.abs(x);
        if (t < 0.925f) {
            float s = x * x;
            float p = -5.9768936E-4f;
            p = Math.fma(p, s, 0.00499098f);
            p = Math.fma(p, s, -0.026765566f);
            p = Math.fma(p, s, 0.112818025f);
            p = Math.fma(p, s, -0.37612495f);
            p = Math.fma(p, s, 0.12837915f);
            return Math.fma(x, p, x);
        }
        if (t >= 4) {
            return Math.copySign(1, x);
        }
        float p = -2.1398593E-4f;
        p = Math.fma(p, t, 0.003214963f);
        p = Math.fma(p, t, -0.022889987f);
        p = Math.fma(p, t, 0.10526188f);
        p = Math.fma(p, t, 0.6357183f);
        p = Math.fma(p, t, 1.1285144f);
        return Math.copySign(1 - exp(-t * p), x);
    }

    /** {@code x * tanh(softplus(x))}, written with one exponential. */
    public static float mish(float x) {
        if (x > 20) {
            return x;
        }
        // tanh(log(1 + e)) = ((1 + e)^2 - 1) / ((1 + e)^2 + 1)
        float e = exp(x);
        float n = e * (e + 2);
        return x * (n / (n + 2));
    }

    /** {@code x * clip(x / 6 + 0.5, 0, 1)}. */
    public static float hardSwish(float x) {
        return x * Math.max(0, Math.min(1, Math.fma(x, 1 / 6f, 0.5f)));
    }

    /** The Gaussian error linear unit, {@code x / 2 * (1 + erf(x / sqrt 2))}. */
    public static float gelu(float x) {
        return 0.5f * x * (1 + erf(x * SQRT_HALF));
    }

    /** GELU's approximation by a hyperbolic tangent. */
    public static float geluTanh(float x) {
        return 0.5f * x * (1 + tanh(SQRT_2_OVER_PI * Math.fma(0.044715f * x * x, x, x)));
    }

    /** The natural logarithm, correctly rounded but for rare halfway cases. */
    public static float log(float x) {
        return (float) StrictMath.log(x);
    }

    /** {@code log(1 + exp(x))}. */
    public static float softplus(float x) {
        return (float) softplus((double) x);
    }

    static double softplus(double x) {
        return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    /** {@code x} to the power {@code y}; the square and the square root are those of IEEE arithmetic. */
    public static float pow(float x, float y) {
        if (y == 2) {
            return x * x;
        }
        return y == 0.5f ? (float) Math.sqrt(x) : (float) StrictMath.pow(x, y);
    }

    /** {@code x} to the power 3/4 in two square roots where {@code y} is that, as in most LRN layers, else {@link #pow}. */
    static float powOfNormalization(float x, float y) {
        if (y == 0.75f) {
            float root = (float) Math.sqrt(x);
            return root * (float) Math.sqrt(root);
        }
        return pow(x, y);
    }

    /** The error function in double precision: its series near 0, its continued fraction further out. */
    static double erf(double x) {
        double t = Math.abs(x);
        if (Double.isNaN(x) || t >= 6) {
            return Double.isNaN(x) ? x : Math.copySign(1, x);
        }
        double gauss = StrictMath.exp(-t * t);
        if (t < 2.5) {
            double term = t;
            double sum = t;
            for (int k = 1; term > sum * 1e-17; k++) {
                term *= 2 * t * t / (2 * k + 1);
                sum += term;
            }
            return Math.copySign(TWO_OVER_SQRT_PI * gauss * sum, x);
        }
        double fraction = t;
        for (int k = 60; k >= 1; k--) {
            fraction = t + k / 2.0 / fraction;
        }
        return Math.copySign(1 - TWO_OVER_SQRT_PI / 2 * gauss / fraction, x);
    }

    private static float nearestInteger(float x) {
        return (x + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    }

    /** {@code exp(r) - 1} for {@code r = x - n ln 2}, which lies within half of ln 2 around 0. */
    private static float expMinusOneReduced(float x, float n) {
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float q = 0.0013810217f;
        q = Math.fma(q, r, 0.008368899f);
        q = Math.fma(q, r, 0.041668467f);
        q = Math.fma(q, r, 0.16666518f);
        q = Math.fma(q, r, 0.49999994f);
        return Math.fma(r * r, q, r);
    }

    /** Scales in two steps, of which only the second can round: into the subnormal numbers. */
    private static float timesPowerOfTwo(float x, int n) {
        int half = n >> 1;
        return x * Float.intBitsToFloat((half + 127) << 23) * Float.intBitsToFloat((n - half + 127) << 23);
    }
}

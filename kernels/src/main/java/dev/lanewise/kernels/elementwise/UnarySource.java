package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.FloatLiteral;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorMathSource;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.workload.Activation;

/** The functions of one element as generated vector code, in the steps of {@code reference.ReferenceElementwise}. */
final class UnarySource {

    private static final String SQRT_HALF = FloatLiteral.of(0.70710677f);
    private static final String SQRT_2_OVER_PI = FloatLiteral.of(0.7978846f);

    private UnarySource() {}

    /** About how many vector operations {@link #emit} writes; 0 for a function without vector code. */
    static int operations(UnaryFunction function) {
        return switch (function) {
            case ABS, NEG, SQRT -> 1;
            case RELU, RECIPROCAL, THRESHOLDED_RELU -> 2;
            case LEAKY_RELU, SOFTSIGN -> 3;
            case HARD_SIGMOID -> 5;
            case HARD_SWISH -> 6;
            case EXP -> 28;
            case MISH, SIGMOID -> 34;
            case ELU, SELU -> 36;
            case TANH -> 48;
            case ERF -> 54;
            case GELU -> 58;
            case GELU_TANH -> 56;
            case CEIL, CELU, FLOOR, LOG, NOT, ROUND, SIGN, SOFTPLUS -> 0;
        };
    }

    /** Replaces the local {@code x} by the function's value. */
    static void emit(Source source, UnaryFunction function, float alpha, float beta, String x) {
        switch (function) {
            case ABS -> source.line("%s = %s.abs();", x, x);
            case NEG -> source.line("%s = %s.neg();", x, x);
            case SQRT -> source.line("%s = %s.sqrt();", x, x);
            case SOFTSIGN -> source.line("%s = %s.div(%s.abs().add(1f));", x, x, x);
            case RECIPROCAL -> {
                VectorSource.broadcast(source, x + "_o", "1f");
                source.line("%s = %s_o.div(%s);", x, x, x);
            }
            case THRESHOLDED_RELU -> {
                VectorSource.broadcast(source, x + "_t", "0f");
                VectorSource.blend(source, x + "_t", x, x, "GT", FloatLiteral.of(alpha));
                source.line("%s = %s_t;", x, x);
            }
            case RELU -> ActivationSource.emit(source, new Activation.Relu(), x);
            case LEAKY_RELU -> ActivationSource.emit(source, new Activation.LeakyRelu(alpha), x);
            case HARD_SIGMOID -> ActivationSource.emit(source, new Activation.HardSigmoid(alpha, beta), x);
            case HARD_SWISH -> ActivationSource.emit(source, new Activation.HardSwish(), x);
            case SIGMOID -> VectorMathSource.sigmoid(source, x);
            case EXP -> VectorMathSource.exp(source, x);
            case TANH -> VectorMathSource.tanh(source, x);
            case ERF -> VectorMathSource.erf(source, x);
            case MISH -> mish(source, x);
            case ELU -> elu(source, alpha, x);
            case SELU -> selu(source, alpha, beta, x);
            case GELU -> gelu(source, x);
            case GELU_TANH -> geluTanh(source, x);
            default -> throw new IllegalStateException(function + " has no vector code");
        }
    }

    private static void mish(Source source, String x) {
        source.line("FloatVector %s_e = %s;", x, x);
        VectorMathSource.exp(source, x + "_e");
        VectorSource.declare(source, x + "_d", "%s_e.add(2f)", x);
        VectorSource.declare(source, x + "_n", "%s_e.mul(%s_d)", x, x);
        VectorSource.set(source, x + "_d", "%s_n.add(2f)", x);
        VectorSource.set(source, x + "_n", "%s_n.div(%s_d)", x, x);
        VectorSource.declare(source, x + "_y", "%s.mul(%s_n)", x, x);
        VectorSource.blend(source, x + "_y", x, x, "GT", "20f");
        source.line("%s = %s_y;", x, x);
    }

    private static void elu(Source source, float alpha, String x) {
        source.line("FloatVector %s_e = %s;", x, x);
        VectorMathSource.expm1OfNegative(source, x + "_e");
        VectorSource.blend(source, x, x + "_e.mul(" + FloatLiteral.of(alpha) + ")", x, "LT", "0f");
    }

    private static void selu(Source source, float alpha, float beta, String x) {
        source.line("FloatVector %s_e = %s;", x, x);
        VectorMathSource.expm1OfNegative(source, x + "_e");
        VectorSource.set(source, x + "_e", "%s_e.mul(%s)", x, FloatLiteral.of(alpha));
        VectorSource.blend(source, x + "_e", x, x, "GT", "0f");
        source.line("%s = %s_e.mul(%s);", x, x, FloatLiteral.of(beta));
    }

    private static void gelu(Source source, String x) {
        VectorSource.declare(source, x + "_g", "%s.mul(%s)", x, SQRT_HALF);
        VectorMathSource.erf(source, x + "_g");
        halfTimesOneMore(source, x);
    }

    private static void geluTanh(Source source, String x) {
        VectorSource.declare(source, x + "_g", "%s.mul(0.044715f)", x);
        VectorSource.set(source, x + "_g", "%s_g.mul(%s)", x, x);
        VectorSource.set(source, x + "_g", "%s_g.fma(%s, %s)", x, x, x);
        VectorSource.set(source, x + "_g", "%s_g.mul(%s)", x, SQRT_2_OVER_PI);
        VectorMathSource.tanh(source, x + "_g");
        halfTimesOneMore(source, x);
    }

    /** {@code x = x * 0.5 * (x_g + 1)}. */
    private static void halfTimesOneMore(Source source, String x) {
        VectorSource.set(source, x + "_g", "%s_g.add(1f)", x);
        VectorSource.set(source, x, "%s.mul(0.5f)", x);
        VectorSource.set(source, x, "%s.mul(%s_g)", x, x);
    }
}

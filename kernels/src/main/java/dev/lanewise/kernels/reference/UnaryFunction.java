package dev.lanewise.kernels.reference;

/**
 * Functions of one element; those with parameters take them as alpha and beta.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the ONNX operators of these names</a>
 */
public enum UnaryFunction {
    ABS,
    CEIL,
    /** {@code max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}. */
    CELU,
    /** {@code alpha * (exp(x) - 1)} below 0. */
    ELU,
    ERF,
    EXP,
    FLOOR,
    GELU,
    GELU_TANH,
    /** {@code clip(alpha * x + beta, 0, 1)}. */
    HARD_SIGMOID,
    HARD_SWISH,
    /** {@code alpha * x} below 0. */
    LEAKY_RELU,
    LOG,
    MISH,
    NEG,
    /** Logical negation, of BOOL. */
    NOT,
    RECIPROCAL,
    RELU,
    /** To the nearest integer, ties to even. */
    ROUND,
    /** {@code beta * x}, and {@code beta * alpha * (exp(x) - 1)} below 0. */
    SELU,
    SIGMOID,
    SIGN,
    SOFTPLUS,
    SOFTSIGN,
    SQRT,
    TANH,
    /** {@code x} above alpha, else 0. */
    THRESHOLDED_RELU;

    /** The parameters' defaults in ONNX; 0 where the function has no such parameter. */
    public float defaultAlpha() {
        return switch (this) {
            case CELU, ELU, THRESHOLDED_RELU -> 1;
            case HARD_SIGMOID -> 0.2f;
            case LEAKY_RELU -> 0.01f;
            case SELU -> 1.6732632f;
            default -> 0;
        };
    }

    /** As {@link #defaultAlpha()}. */
    public float defaultBeta() {
        return switch (this) {
            case HARD_SIGMOID -> 0.5f;
            case SELU -> 1.050701f;
            default -> 0;
        };
    }
}

package dev.lanewise.kernels.reference;

/**
 * Functions of two elements.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the ONNX operators of these names</a>
 */
public enum BinaryFunction {
    ADD,
    AND,
    DIV,
    EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    MAX,
    MIN,
    /** The remainder with the divisor's sign. */
    MOD,
    MUL,
    OR,
    POW,
    /** {@code slope * x} below 0. */
    PRELU,
    /** The remainder with the dividend's sign, as C's {@code fmod}. */
    REMAINDER,
    SUB,
    XOR;

    /** Whether it takes BOOL and gives BOOL. */
    public boolean isLogical() {
        return this == AND || this == OR || this == XOR;
    }

    /** Whether it takes numbers and gives BOOL. */
    public boolean isComparison() {
        return switch (this) {
            case EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> true;
            default -> false;
        };
    }
}

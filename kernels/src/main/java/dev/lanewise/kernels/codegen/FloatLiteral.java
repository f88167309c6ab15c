package dev.lanewise.kernels.codegen;

/** Floats in generated source: every bit survives, NaN, infinities and the sign of zero included. */
public final class FloatLiteral {

    private FloatLiteral() {}

    /** An expression of type {@code float} with exactly this value. */
    public static String of(float value) {
        if (Float.isNaN(value)) {
            return "Float.NaN";
        }
        if (Float.isInfinite(value)) {
            return value > 0 ? "Float.POSITIVE_INFINITY" : "Float.NEGATIVE_INFINITY";
        }
        return value + "f";
    }
}

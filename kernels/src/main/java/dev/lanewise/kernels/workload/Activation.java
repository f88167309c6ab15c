package dev.lanewise.kernels.workload;

/**
 * A function of one element that a kernel applies before it stores its result. The scalar reference spells out every one of
 * them; the generated vector code takes the same steps.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators of the same names</a>
 */
public sealed interface Activation {

    /** The function in a kernel's name, its parameters by their bits: {@code Relu}, {@code Clip0h40c00000h}; empty for none. */
    default String label() {
        return getClass().getSimpleName();
    }

    private static String bits(float parameter) {
        return Integer.toHexString(Float.floatToRawIntBits(parameter)) + "h";
    }

    /** {@code x}. */
    record None() implements Activation {
        @Override
        public String label() {
            return "";
        }
    }

    /** {@code x} where it is positive or not a number, else 0. */
    record Relu() implements Activation {}

    /** {@code x} where it is not negative, else {@code alpha * x}. */
    record LeakyRelu(float alpha) implements Activation {
        @Override
        public String label() {
            return "LeakyRelu" + bits(alpha);
        }
    }

    /** {@code x} limited to {@code [min, max]}: the minimum first, then the maximum. */
    record Clip(float min, float max) implements Activation {
        @Override
        public String label() {
            return "Clip" + bits(min) + bits(max);
        }
    }

    /** {@code alpha * x + beta} in one fma, limited to {@code [0, 1]}. */
    record HardSigmoid(float alpha, float beta) implements Activation {
        @Override
        public String label() {
            return "HardSigmoid" + bits(alpha) + bits(beta);
        }
    }

    /** {@code x} times its {@link HardSigmoid} of 1/6 and 1/2. */
    record HardSwish() implements Activation {}

    /** The logistic function. */
    record Sigmoid() implements Activation {}

    /** {@code x} times its {@link Sigmoid}, also called swish. */
    record Silu() implements Activation {}
}

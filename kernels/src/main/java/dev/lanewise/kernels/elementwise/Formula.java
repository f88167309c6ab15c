package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.workload.Activation;

/** A function of up to three elements {@code a}, {@code b} and {@code c}, as a scalar and as generated vector code. */
sealed interface Formula {

    /** Part of a kernel's name, with all parameters. */
    String name();

    /** About how many vector operations it takes; 0 if it has no vector code. */
    int operations();

    /** Declares the vector {@code y}, computed from those named a, b and c; they keep their values. */
    void emit(Source source, String y, String a, String b, String c);

    float apply(float a, float b, float c);

    /** A function of one element. */
    record Unary(UnaryFunction function, float alpha, float beta) implements Formula {

        @Override
        public String name() {
            return function + "_" + Integer.toHexString(Float.floatToRawIntBits(alpha)) + "_"
                    + Integer.toHexString(Float.floatToRawIntBits(beta));
        }

        @Override
        public int operations() {
            return UnarySource.operations(function);
        }

        @Override
        public void emit(Source source, String y, String a, String b, String c) {
            source.line("FloatVector %s = %s;", y, a);
            UnarySource.emit(source, function, alpha, beta, y);
        }

        @Override
        public float apply(float a, float b, float c) {
            return ReferenceElementwise.apply(function, alpha, beta, a);
        }
    }

    /** An activation alone. */
    record Activated(Activation activation) implements Formula {

        @Override
        public String name() {
            return "ACTIVATE" + activation.label();
        }

        @Override
        public int operations() {
            return 1 + ActivationSource.operations(activation);
        }

        @Override
        public void emit(Source source, String y, String a, String b, String c) {
            source.line("FloatVector %s = %s;", y, a);
            ActivationSource.emit(source, activation, y);
        }

        @Override
        public float apply(float a, float b, float c) {
            return ReferenceActivation.apply(activation, a);
        }
    }

    /** A function of two elements, then an activation. */
    record Binary(BinaryFunction function, Activation activation) implements Formula {

        @Override
        public String name() {
            return function + activation.label();
        }

        @Override
        public int operations() {
            return switch (function) {
                case ADD, SUB, MUL, DIV -> 1 + ActivationSource.operations(activation);
                case PRELU, MAX, MIN -> 5 + ActivationSource.operations(activation);
                default -> 0;
            };
        }

        @Override
        public void emit(Source source, String y, String a, String b, String c) {
            switch (function) {
                case ADD -> source.line("FloatVector %s = %s.add(%s);", y, a, b);
                case SUB -> source.line("FloatVector %s = %s.sub(%s);", y, a, b);
                case MUL -> source.line("FloatVector %s = %s.mul(%s);", y, a, b);
                case DIV -> source.line("FloatVector %s = %s.div(%s);", y, a, b);
                case MAX -> source.line("FloatVector %s = %s.max(%s);", y, a, b);
                case MIN -> source.line("FloatVector %s = %s.min(%s);", y, a, b);
                case PRELU -> {
                    source.line("FloatVector %s = %s;", y, a);
                    VectorSource.blend(source, y, a + ".mul(" + b + ")", a, "LT", "0f");
                }
                default -> throw new IllegalStateException(function + " has no vector code");
            }
            VectorSource.exact(source, y);
            ActivationSource.emit(source, activation, y);
        }

        @Override
        public float apply(float a, float b, float c) {
            return ReferenceActivation.apply(activation, ReferenceElementwise.apply(function, a, b));
        }
    }

    /** {@code fma(a, b, c)}, then an activation. */
    record Affine(Activation activation) implements Formula {

        @Override
        public String name() {
            return "AFFINE" + activation.label();
        }

        @Override
        public int operations() {
            return 1 + ActivationSource.operations(activation);
        }

        @Override
        public void emit(Source source, String y, String a, String b, String c) {
            source.line("FloatVector %s = %s.fma(%s, %s);", y, a, b, c);
            ActivationSource.emit(source, activation, y);
        }

        @Override
        public float apply(float a, float b, float c) {
            return ReferenceActivation.apply(activation, Math.fma(a, b, c));
        }
    }
}

package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.FloatLiteral;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.reference.ReferenceWinograd;

/**
 * One column or row of a tile as generated vector code: the steps that {@link ReferenceWinograd} spells out. All names of
 * its locals are those of its formulas.
 */
final class WinogradSource {

    private static final float A = ReferenceWinograd.SMALL_POINT;
    private static final float B = ReferenceWinograd.LARGE_POINT;
    private static final float A2 = A * A;
    private static final float B2 = B * B;

    private WinogradSource() {}

    /** Declares the factors of {@link #inputTransform}. */
    static void inputFactors(Source source) {
        factor(source, "a2b2", A2 * B2);
        factor(source, "minusA2B2", -(A2 + B2));
        factor(source, "minusA2", -A2);
        factor(source, "minusB2", -B2);
        factor(source, "a", A);
        factor(source, "minusA", -A);
        factor(source, "b", B);
        factor(source, "minusB", -B);
    }

    /** {@code B^T}: from the vectors {@code d0} to {@code d5}, declares {@code t0} to {@code t5}. */
    static void inputTransform(Source source) {
        source.line("FloatVector t0 = d0.fma(a2b2, d2.fma(minusA2B2, d4));");
        source.line("FloatVector t5 = d1.fma(a2b2, d3.fma(minusA2B2, d5));");
        source.line("FloatVector p = d2.fma(minusB2, d4);");
        source.line("FloatVector q = d1.fma(minusB2, d3);");
        source.line("FloatVector t1 = q.fma(a, p);");
        source.line("FloatVector t2 = q.fma(minusA, p);");
        source.line("FloatVector r = d2.fma(minusA2, d4);");
        source.line("FloatVector s = d1.fma(minusA2, d3);");
        source.line("FloatVector t3 = s.fma(b, r);");
        source.line("FloatVector t4 = s.fma(minusB, r);");
    }

    /** Declares the factors of {@link #outputTransform}. */
    static void outputFactors(Source source) {
        factor(source, "a", A);
        factor(source, "a2", A2);
        factor(source, "a3", A2 * A);
        factor(source, "b", B);
        factor(source, "b2", B2);
        factor(source, "b3", B2 * B);
    }

    /** {@code A^T}: from the vectors {@code m0} to {@code m5}, declares {@code y0} to {@code y3}. */
    static void outputTransform(Source source) {
        source.line("FloatVector s = m1.add(m2);");
        source.line("FloatVector d = m1.sub(m2);");
        source.line("FloatVector u = m3.add(m4);");
        source.line("FloatVector v = m3.sub(m4);");
        source.line("FloatVector y0 = m0.add(s).add(u);");
        source.line("FloatVector y1 = v.fma(b, d.mul(a));");
        source.line("FloatVector y2 = u.fma(b2, s.mul(a2));");
        source.line("FloatVector y3 = v.fma(b3, d.fma(a3, m5));");
    }

    private static void factor(Source source, String name, float value) {
        VectorSource.broadcast(source, name, FloatLiteral.of(value));
    }
}

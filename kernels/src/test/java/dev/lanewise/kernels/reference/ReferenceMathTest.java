package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceMathTest {

    private static final int SAMPLES = 400_000;

    @FunctionalInterface
    private interface FloatFunction {
        float apply(float x);
    }

    private static Stream<Arguments> functionsWithErrorBounds() {
        return Stream.of(
                accurate("exp", ReferenceMath::exp, StrictMath::exp, -103, 88.7f, 1),
                accurate("exp near 0", ReferenceMath::exp, StrictMath::exp, -1, 1, 1),
                accurate("expm1", ReferenceMath::expm1, StrictMath::expm1, -25, 30, 3),
                accurate("expm1 near 0", ReferenceMath::expm1, StrictMath::expm1, -0.5f, 0.5f, 3),
                accurate("sigmoid", ReferenceMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), -87, 30, 3),
                accurate("tanh", ReferenceMath::tanh, StrictMath::tanh, -12, 12, 3),
                accurate("tanh near 0", ReferenceMath::tanh, StrictMath::tanh, -1, 1, 3),
                accurate("erf", ReferenceMath::erf, ReferenceMath::erf, -5, 5, 3),
                accurate("erf near 0", ReferenceMath::erf, ReferenceMath::erf, -1, 1, 3),
                accurate("log", ReferenceMath::log, StrictMath::log, 1e-30f, 100, 0.51),
                accurate("softplus", ReferenceMath::softplus, ReferenceMath::softplus, -80, 80, 0.51));
    }

    private static Arguments accurate(
            String name, FloatFunction function, DoubleUnaryOperator exact, float from, float to, double ulps) {
        return Arguments.of(name, function, exact, from, to, ulps);
    }

    @ParameterizedTest(name = "{0} in [{3}, {4}] within {5} ulp")
    @MethodSource("functionsWithErrorBounds")
    void staysWithinItsErrorBound(
            String name, FloatFunction function, DoubleUnaryOperator exact, float from, float to, double ulps) {
        double worst = 0;
        float worstAt = 0;
        for (int i = 0; i <= SAMPLES; i++) {
            float x = from + (to - from) * ((float) i / SAMPLES);
            double expected = exact.applyAsDouble(x);
            double error = Math.abs(function.apply(x) - expected) / Math.ulp((float) expected);
            if (error > worst) {
                worst = error;
                worstAt = x;
            }
        }
        assertTrue(worst <= ulps, name + " is off by " + worst + " ulp at " + worstAt);
    }

    @Test
    void saturatesTheExponential() {
        assertEquals(Float.POSITIVE_INFINITY, ReferenceMath.exp(88.73f));
        assertEquals(0, ReferenceMath.exp(-104.1f));
        assertEquals(Float.MIN_VALUE, ReferenceMath.exp(-103.2f));
        assertEquals(0, ReferenceMath.exp(Float.NEGATIVE_INFINITY));
        assertEquals(1, ReferenceMath.exp(0));
        assertEquals(Float.NaN, ReferenceMath.exp(Float.NaN));
    }

    @ParameterizedTest
    @CsvSource({"-200, 0", "-Infinity, 0", "0, 0.5", "200, 1", "Infinity, 1", "NaN, NaN"})
    void saturatesTheSigmoid(float x, float expected) {
        assertEquals(expected, ReferenceMath.sigmoid(x));
    }

    @ParameterizedTest
    @CsvSource({"-Infinity, -1", "-50, -1", "-0.0, -0.0", "0, 0", "50, 1", "Infinity, 1", "NaN, NaN"})
    void saturatesTanhAndErf(float x, float expected) {
        assertEquals(expected, ReferenceMath.tanh(x));
        assertEquals(expected, ReferenceMath.erf(x));
        assertEquals(expected, ReferenceMath.erf((double) x));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1124629160182849",
        "0.5, 0.5204998778130465",
        "1, 0.8427007929497149",
        "2.4, 0.9993114861033549",
        "2.6, 0.9997639655834707",
        "4, 0.9999999845827421"
    })
    void computesTheErrorFunctionOfTables(double x, double expected) {
        assertEquals(expected, ReferenceMath.erf(x), 2e-16);
        assertEquals(-expected, ReferenceMath.erf(-x), 2e-16);
    }

    @Test
    void approximatesGatedActivations() {
        for (float x = -20; x < 25; x += 0.0137f) {
            double softplus = Math.log1p(Math.exp(x));
            assertEquals(x * Math.tanh(softplus), ReferenceMath.mish(x), 3e-7 * Math.max(1, Math.abs(x)));
            double gauss = (1 + ReferenceMath.erf(x / Math.sqrt(2))) / 2;
            assertEquals(x * gauss, ReferenceMath.gelu(x), 3e-7 * Math.max(1, Math.abs(x)));
            double tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3)));
            assertEquals(x * (1 + tanh) / 2, ReferenceMath.geluTanh(x), 4e-7 * Math.max(1, Math.abs(x)));
            double gate = Math.max(0, Math.min(1, x / 6.0 + 0.5));
            assertEquals(x * gate, ReferenceMath.hardSwish(x), 2e-7 * Math.max(1, Math.abs(x)));
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 9", "2, 0.5, 1.4142135", "2, -1, 0.5", "-2, 3, -8", "0, 0, 1", "-8, 0.3333333, NaN"})
    void raisesToPowers(float x, float y, float expected) {
        assertEquals(expected, ReferenceMath.pow(x, y));
    }

    @Test
    void raisesToThreeQuartersInTwoRoots() {
        for (float x = 0.01f; x < 1000; x *= 1.07f) {
            double expected = Math.pow(x, 0.75);
            assertEquals(expected, ReferenceMath.powOfNormalization(x, 0.75f), 3e-7 * expected);
        }
    }
}

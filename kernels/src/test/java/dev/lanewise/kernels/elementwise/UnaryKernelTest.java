package dev.lanewise.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.reference.UnaryFunction;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnaryKernelTest {

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        float[] x = SpecialFloats.all(VectorWidths.trials(width, 20_000), 21);
        for (UnaryFunction function : UnaryFunction.values()) {
            if (function != UnaryFunction.NOT) {
                check(function, function.defaultAlpha(), function.defaultBeta(), x, width);
            }
        }
        check(UnaryFunction.ELU, -0.5f, 0, x, width);
        check(UnaryFunction.SELU, 0.3f, -2, x, width);
        check(UnaryFunction.THRESHOLDED_RELU, -0.5f, 0, x, width);
        check(UnaryFunction.HARD_SIGMOID, 0.7f, -0.1f, x, width);
    }

    private static void check(UnaryFunction function, float alpha, float beta, float[] x, Optional<VectorWidth> width) {
        float[] expected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = ReferenceElementwise.apply(function, alpha, beta, x[i]);
        }
        float[] actual = new float[x.length];
        UnaryKernel.of(function, alpha, beta, width).run(x, 0, actual, 0, x.length);
        SameBits.assertSame(expected, actual, function + " of seed 21 at " + width);
    }

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void writesTheRangeAndNothingElse(Optional<VectorWidth> width) {
        UnaryKernel negation = UnaryKernel.of(UnaryFunction.NEG, 0, 0, width);
        for (int count = 0; count < 40; count++) {
            float[] data = new float[50];
            SpecialFloats.fill(data, new SplittableRandom(count));
            float[] expected = data.clone();
            for (int i = 0; i < count; i++) {
                expected[7 + i] = -data[7 + i];
            }
            negation.run(data, 7, data, 7, count);
            SameBits.assertSame(expected, data, count + " elements in place at " + width);
        }
    }

    @Test
    void refusesRangesOutsideTheArray() {
        UnaryKernel kernel = UnaryKernel.of(UnaryFunction.ABS, 0, 0);
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> kernel.run(new float[8], 0, new float[8], 5, 4));
        assertEquals("y has 8 elements, but 4 are asked for from element 5 on", failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> kernel.run(new float[8], -1, new float[8], 0, 4));
        assertThrows(IllegalArgumentException.class, () -> kernel.run(new float[8], 0, new float[8], 0, -1));
        assertThrows(IllegalArgumentException.class, () -> UnaryKernel.of(UnaryFunction.NOT, 0, 0));
    }
}

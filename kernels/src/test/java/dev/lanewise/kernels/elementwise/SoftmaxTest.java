package dev.lanewise.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SoftmaxTest {

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        Softmax softmax = Softmax.of(width);
        int most = VectorWidths.trials(width, 40);
        for (int columns = 1; columns <= most; columns++) {
            check(softmax, columns, 3, columns, columns + " columns at " + width);
        }
        check(softmax, 99, 3, VectorWidths.trials(width, 1000), "1000 columns at " + width);
    }

    private static void check(Softmax softmax, int seed, int rows, int columns, String what) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[rows * columns];
        // One row of numbers, one of distant or infinite ones, the others with special values.
        SpecialFloats.fill(x, random);
        for (int i = 0; i < columns; i++) {
            x[i] = (float) random.nextDouble(-60, 60);
            x[columns + i] = seed % 2 == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextDouble(-200, 200);
        }
        FloatTensor tensor = FloatTensor.of(Shape.of(rows, columns), x);
        float[] expected = ((FloatTensor) ReferenceNormalization.softmax(tensor, 1, false, false)).data();
        float[] actual = new float[x.length + 5];
        Arrays.fill(actual, 7);
        softmax.run(x, 0, actual, 2, rows, columns);
        SameBits.assertSame(expected, Arrays.copyOfRange(actual, 2, 2 + x.length), what);
        assertEquals(7, actual[1], what);
        assertEquals(7, actual[2 + x.length], what);
    }

    @Test
    void refusesRowsWithoutColumns() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> Softmax.of().run(new float[1], 0, new float[1], 0, 1, 0));
        assertEquals("softmax of 1 rows of 0 columns", failure.getMessage());
    }
}

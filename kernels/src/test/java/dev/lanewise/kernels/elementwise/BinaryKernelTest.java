package dev.lanewise.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BinaryKernelTest {

    private static final List<BinaryFunction> FUNCTIONS = List.of(
            BinaryFunction.ADD,
            BinaryFunction.SUB,
            BinaryFunction.MUL,
            BinaryFunction.DIV,
            BinaryFunction.MAX,
            BinaryFunction.MIN,
            BinaryFunction.PRELU,
            BinaryFunction.POW);

    private static final List<Activation> ACTIVATIONS =
            List.of(new Activation.None(), new Activation.Relu(), new Activation.Silu());

    @ParameterizedTest
    @MethodSource(VectorWidths.ALL_AND_NONE)
    void givesTheBitsOfTheReference(Optional<VectorWidth> width) {
        SplittableRandom random = new SplittableRandom(31);
        for (BinaryFunction function : FUNCTIONS) {
            for (BinaryKernel.Scalar scalar : BinaryKernel.Scalar.values()) {
                Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
                check(
                        BinaryKernel.of(function, activation, scalar, width),
                        function,
                        activation,
                        scalar,
                        width,
                        random);
            }
        }
    }

    private static void check(
            BinaryKernel kernel,
            BinaryFunction function,
            Activation activation,
            BinaryKernel.Scalar scalar,
            Optional<VectorWidth> width,
            SplittableRandom random) {
        int count = random.nextInt(1, VectorWidths.trials(width, 1000) + 20);
        float[] a = new float[count + 3];
        float[] b = new float[count + 2];
        SpecialFloats.fill(a, random);
        SpecialFloats.fill(b, random);
        float[] expected = new float[count + 4];
        for (int i = 0; i < count; i++) {
            float left = a[3 + (scalar == BinaryKernel.Scalar.LEFT ? 0 : i)];
            float right = b[2 + (scalar == BinaryKernel.Scalar.RIGHT ? 0 : i)];
            expected[1 + i] = ReferenceActivation.apply(activation, ReferenceElementwise.apply(function, left, right));
        }
        float[] actual = new float[count + 4];
        kernel.run(a, 3, b, 2, actual, 1, count);
        SameBits.assertSame(
                expected, actual, function + " " + activation + ", scalar " + scalar + ", at " + width + ", seed 31");
    }

    @Test
    void refusesFunctionsThatGiveNoFloats() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> BinaryKernel.of(BinaryFunction.LESS, new Activation.None(), BinaryKernel.Scalar.NEITHER));
        assertEquals("LESS gives no floats", failure.getMessage());
    }

    @Test
    void readsOneElementOfAScalar() {
        BinaryKernel kernel = BinaryKernel.of(BinaryFunction.MUL, new Activation.None(), BinaryKernel.Scalar.RIGHT);
        float[] y = new float[3];
        kernel.run(new float[] {1, 2, 3}, 0, new float[] {9, 5}, 1, y, 0, 3);
        SameBits.assertSame(new float[] {5, 10, 15}, y, "times 5");
        assertThrows(
                IllegalArgumentException.class, () -> kernel.run(new float[2], 0, new float[1], 0, new float[3], 0, 3));
    }
}

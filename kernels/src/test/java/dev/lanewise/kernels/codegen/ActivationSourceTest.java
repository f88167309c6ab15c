package dev.lanewise.kernels.codegen;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.SpecialFloats;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationSourceTest {

    private static final List<Activation> ACTIVATIONS = List.of(
            new Activation.None(),
            new Activation.Relu(),
            new Activation.LeakyRelu(0.01f),
            new Activation.LeakyRelu(-2f),
            new Activation.LeakyRelu(0f),
            new Activation.Clip(0, 6),
            new Activation.Clip(-0f, 6),
            new Activation.Clip(-1, 0f),
            new Activation.Clip(-1, -0f),
            new Activation.Clip(0f, -0f),
            new Activation.Clip(-0f, 0f),
            new Activation.Clip(3, -3),
            new Activation.Clip(0f, -2),
            new Activation.Clip(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY),
            new Activation.Clip(-Float.MIN_VALUE, Float.MIN_VALUE),
            new Activation.Clip(Float.NaN, 1),
            new Activation.Clip(0, Float.NaN),
            new Activation.HardSigmoid(0.2f, 0.5f),
            new Activation.HardSigmoid(-1 / 6f, -0f),
            new Activation.HardSwish(),
            new Activation.Sigmoid(),
            new Activation.Silu());

    /** What the generated classes of this test do. */
    public interface InPlace {
        /** Whole vectors only. */
        void run(float[] data);
    }

    private static InPlace kernel(Activation activation, VectorWidth width) {
        String name = "ActivationProbe_f32x" + width.lanes() + "_" + activation.label();
        return KernelCompiler.kernel(name, InPlace.class, width, source -> {
            source.open("public void run(float[] data)");
            source.open("for (int i = 0; i < data.length; i += %d)", width.lanes());
            VectorSource.load(source, "x", "data", "i");
            ActivationSource.emit(source, activation, "x");
            return source.line("x.intoArray(data, i);").close().close();
        });
    }

    static Stream<Arguments> activationsAtEveryWidth() {
        return ACTIVATIONS.stream()
                .flatMap(activation -> Stream.of(VectorWidth.values()).map(width -> Arguments.of(activation, width)));
    }

    @ParameterizedTest
    @MethodSource("activationsAtEveryWidth")
    void givesTheBitsOfTheReference(Activation activation, VectorWidth width) {
        InPlace kernel = kernel(activation, width);
        float[] inputs = SpecialFloats.all(VectorWidths.trials(width, 16 * 1000), 11);
        float[] expected = inputs.clone();
        ReferenceActivation.apply(activation, expected);
        // Twice: C2 may have compiled the kernel by the second time.
        for (int round = 0; round < 2; round++) {
            float[] actual = inputs.clone();
            kernel.run(actual);
            SameBits.assertSame(expected, actual, activation + " at " + width + ", seed 11, round " + round);
        }
    }
}

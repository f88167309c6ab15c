package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceWinogradTest {

    private static final long FIRST_SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);
    private static final Window SAME = Window.square(3, 1, 1);

    static LongStream seeds() {
        return LongStream.range(0, 40).map(i -> FIRST_SEED + i);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void staysWithinItsToleranceOfTheExactSum(long seed) {
        Random random = new Random(seed);
        int groups = 1 + random.nextInt(3);
        ConvWorkload workload = new ConvWorkload(
                1 + random.nextInt(2),
                groups * (1 + random.nextInt(67)),
                3 + random.nextInt(20),
                3 + random.nextInt(20),
                groups * (1 + random.nextInt(7)),
                groups,
                new Window(
                        3, 3, 1, 1, 1, 1, random.nextInt(4), random.nextInt(4), random.nextInt(4), random.nextInt(4)));
        float[] input = normal(random, workload.inputShape().size());
        float[] weights = normal(random, workload.weightsShape().size());
        float[] actual = convolve(workload, input, weights);
        for (int i = 0; i < actual.length; i++) {
            Distance distance = new Distance(workload, input, weights, i);
            assertEquals(
                    distance.exact,
                    actual[i],
                    ReferenceWinograd.TOLERANCE * distance.magnitude,
                    "seed " + seed + ", element " + i + " of " + workload);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void losesAboutTwiceAsMuchAsTheDirectSum(int channels) {
        Random random = new Random(channels);
        ConvWorkload workload = new ConvWorkload(1, channels, 16, 16, 8, 1, SAME);
        float[] input = normal(random, workload.inputShape().size());
        float[] weights = normal(random, workload.weightsShape().size());
        double[] exact = exact(workload, input, weights);
        double winograd = distance(exact, convolve(workload, input, weights));
        double direct = distance(exact, ReferenceConvolution.convolve(workload, input, weights, null));
        assertTrue(winograd > direct, "Winograd: " + winograd + ", direct: " + direct);
        assertTrue(winograd < 2.5 * direct, "Winograd: " + winograd + ", direct: " + direct);
    }

    @Test
    void anImageHasTheSameBitsInAnyBatch() {
        Random random = new Random(3);
        ConvWorkload two = new ConvWorkload(2, 5, 9, 11, 3, 1, SAME);
        ConvWorkload one = new ConvWorkload(1, 5, 9, 11, 3, 1, SAME);
        float[] input = normal(random, two.inputShape().size());
        float[] weights = normal(random, two.weightsShape().size());
        float[] both = convolve(two, input, weights);
        float[] second = convolve(one, Arrays.copyOfRange(input, input.length / 2, input.length), weights);
        SameBits.assertSame(Arrays.copyOfRange(both, both.length / 2, both.length), second, "second image");
    }

    @Test
    void addsBiasThenResidualThenActivates() {
        Random random = new Random(4);
        ConvWorkload plain = new ConvWorkload(1, 4, 6, 5, 2, 2, SAME);
        Activation relu = new Activation.Relu();
        float[] input = normal(random, plain.inputShape().size());
        float[] weights = normal(random, plain.weightsShape().size());
        float[] bias = {0.3f, -0.7f};
        float[] residual = normal(random, plain.outputShape().size());
        float[] expected = convolve(plain, input, weights);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(expected[i] + bias[i / 30] + residual[i], 0);
        }
        float[] actual = ReferenceWinograd.convolve(
                plain.with(new Epilogue(true, true, relu)), new ConvParameters(weights, bias), input, residual);
        SameBits.assertSame(expected, actual, "epilogue");
    }

    @Test
    void appliesThePrologueToTheImageAndNotToItsPadding() {
        Random random = new Random(5);
        ConvWorkload plain = new ConvWorkload(1, 2, 6, 5, 2, 1, SAME);
        float[] input = normal(random, plain.inputShape().size());
        float[] weights = normal(random, plain.weightsShape().size());
        float[] scale = {2, -1};
        float[] shift = {0.5f, 3};
        float[] changed = new float[input.length];
        for (int i = 0; i < input.length; i++) {
            changed[i] = Math.max(Math.fma(input[i], scale[i / 30], shift[i / 30]), 0);
        }
        float[] actual = ReferenceWinograd.convolve(
                plain.with(new Prologue(true, new Activation.Relu())),
                new ConvParameters(weights, null, scale, shift),
                input,
                null);
        SameBits.assertSame(convolve(plain, changed, weights), actual, "prologue");
    }

    /** With one weight, every transform of the weights is one product of two columns of G. */
    @Test
    void transformsWeightsInDoubleAndRoundsOnce() {
        double[] first = {256 / 225.0, -0.688403361344538, -0.688403361344538, 0.119514472455649, 0.119514472455649, 0};
        double[] second = {0, -0.430252100840336, 0.430252100840336, 0.179271708683473, -0.179271708683473, 0};
        double[] third = {0, -0.26890756302521, -0.26890756302521, 0.26890756302521, 0.26890756302521, 1};
        double[][] columns = {first, second, third};
        ConvWorkload workload = new ConvWorkload(1, 1, 4, 4, 1, 1, SAME);
        for (int tap = 0; tap < 9; tap++) {
            float[] weights = new float[9];
            weights[tap] = 3;
            double[] expected = new double[36];
            for (int i = 0; i < 36; i++) {
                expected[i] = 3 * columns[tap / 3][i / 6] * columns[tap % 3][i % 6];
            }
            float[] actual = ReferenceWinograd.transformWeights(workload, weights);
            assertArrayEquals(expected, widen(actual), 1e-7 * 3.89, "tap " + tap);
        }
    }

    @Test
    void refusesWhatIsNotWinograd() {
        assertRefused(new ConvWorkload(1, 4, 8, 8, 4, 1, Window.square(5, 1, 2)));
        assertRefused(new ConvWorkload(1, 4, 8, 8, 4, 1, Window.square(3, 2, 1)));
        assertRefused(new ConvWorkload(1, 4, 8, 8, 4, 1, new Window(3, 3, 1, 1, 2, 1, 1, 1, 1, 1)));
        assertRefused(new ConvWorkload(1, 4, 8, 8, 4, 1, new Window(3, 1, 1, 1, 1, 1, 1, 1, 1, 1)));
    }

    @Test
    void refusesArraysThatDoNotFit() {
        ConvWorkload workload = new ConvWorkload(1, 4, 8, 8, 4, 1, SAME);
        ConvParameters parameters = new ConvParameters(new float[144], null);
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceWinograd.convolve(workload, parameters, new float[255], null));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceWinograd.convolve(workload, parameters, new float[256], new float[256]));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferenceWinograd.convolve(
                        workload, new ConvParameters(new float[143], null), new float[256], null));
    }

    private static void assertRefused(ConvWorkload workload) {
        float[] input = new float[workload.inputShape().size()];
        float[] weights = new float[workload.weightsShape().size()];
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> convolve(workload, input, weights), workload::toString);
        assertTrue(refusal.getMessage().contains("3x3"), refusal.getMessage());
    }

    private static float[] convolve(ConvWorkload workload, float[] input, float[] weights) {
        return ReferenceWinograd.convolve(workload, new ConvParameters(weights, null), input, null);
    }

    private static float[] normal(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static double[] widen(float[] numbers) {
        double[] wide = new double[numbers.length];
        Arrays.setAll(wide, i -> numbers[i]);
        return wide;
    }

    /** An output element in double, and the magnitude of all that its tile sees. */
    private static final class Distance {

        private final ConvWorkload workload;
        private final float[] input;
        private double exact;
        private double magnitude;

        Distance(ConvWorkload workload, float[] input, float[] weights, int element) {
            this.workload = workload;
            this.input = input;
            int column = element % workload.outputWidth();
            int row = element / workload.outputWidth() % workload.outputHeight();
            int plane = element / workload.outputWidth() / workload.outputHeight();
            int image = plane / workload.outputChannels();
            int output = plane % workload.outputChannels();
            int channels = workload.inputChannelsPerGroup();
            int first = image * workload.inputChannels() + output / workload.outputChannelsPerGroup() * channels;
            for (int channel = 0; channel < channels; channel++) {
                double largest = 0;
                for (int i = 0; i < 36; i++) {
                    double value = at(first + channel, row / 4 * 4 + i / 6, column / 4 * 4 + i % 6);
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int tap = 0; tap < 9; tap++) {
                    double weight = weights[(output * channels + channel) * 9 + tap];
                    exact += weight * at(first + channel, row + tap / 3, column + tap % 3);
                    magnitude += Math.abs(weight) * largest;
                }
            }
        }

        /** Rows and columns count from the first of the padding. */
        private double at(int plane, int paddedRow, int paddedColumn) {
            int y = paddedRow - workload.window().padTop();
            int x = paddedColumn - workload.window().padLeft();
            boolean inside = y >= 0 && y < workload.height() && x >= 0 && x < workload.width();
            return inside ? input[(plane * workload.height() + y) * workload.width() + x] : 0;
        }
    }

    private static double[] exact(ConvWorkload workload, float[] input, float[] weights) {
        double[] output = new double[workload.outputShape().size()];
        Arrays.setAll(output, i -> new Distance(workload, input, weights, i).exact);
        return output;
    }

    private static double distance(double[] exact, float[] actual) {
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            sum += (actual[i] - exact[i]) * (actual[i] - exact[i]);
        }
        return Math.sqrt(sum / exact.length);
    }
}

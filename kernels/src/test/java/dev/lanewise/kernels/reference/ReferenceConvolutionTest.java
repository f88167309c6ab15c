package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceConvolutionTest {

    /** A workload with its tensors, made from a seed alone so that a failure can be replayed. */
    private record Case(ConvWorkload workload, float[] input, float[] weights, float @Nullable [] bias) {

        static Case of(long seed) {
            Random random = new Random(new SplittableRandom(seed).nextLong());
            int groups = between(random, 1, 8);
            if (random.nextInt(4) == 0) {
                groups = between(random, 1, 67);
            }
            int inputPerGroup = between(random, 1, Math.max(1, 67 / groups));
            int outputPerGroup = between(random, 1, Math.max(1, 40 / groups));
            Window window = window(random);
            int height = atLeast(window.extentHeight() - window.padTop() - window.padBottom(), between(random, 1, 33));
            int width = atLeast(window.extentWidth() - window.padLeft() - window.padRight(), between(random, 1, 33));
            ConvWorkload workload = new ConvWorkload(
                    between(random, 1, 3),
                    groups * inputPerGroup,
                    height,
                    width,
                    groups * outputPerGroup,
                    groups,
                    window);
            return new Case(
                    workload,
                    gaussians(random, workload.inputShape().size()),
                    gaussians(random, workload.weightsShape().size()),
                    random.nextBoolean() ? gaussians(random, workload.outputChannels()) : null);
        }

        private static Window window(Random random) {
            return new Window(
                    between(random, 1, 7),
                    between(random, 1, 7),
                    between(random, 1, 3),
                    between(random, 1, 3),
                    between(random, 1, 2),
                    between(random, 1, 3),
                    between(random, 0, 3),
                    between(random, 0, 4),
                    between(random, 0, 4),
                    between(random, 0, 3));
        }

        private static int between(Random random, int low, int high) {
            return low + random.nextInt(high - low + 1);
        }

        private static int atLeast(int minimum, int value) {
            return Math.max(1, Math.max(minimum, value));
        }

        private static float[] gaussians(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void sumsInTheSpecifiedOrderBitForBit(long seed) {
        Case made = Case.of(seed);
        float[] expected = direct(made.workload, made.input, made.weights, made.bias);
        float[] actual = ReferenceConvolution.convolve(made.workload, made.input, made.weights, made.bias);
        assertSameBits(expected, actual, "seed " + seed + ", " + made.workload);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isTheConvolutionThatDoublePrecisionGives(long seed) {
        Case made = Case.of(seed);
        float[] actual = ReferenceConvolution.convolve(made.workload, made.input, made.weights, made.bias);
        double[] expected = inDoubles(made.workload, made.input, made.weights, made.bias);
        double[] magnitude = inDoubles(
                made.workload,
                absolute(made.input),
                absolute(made.weights),
                made.bias == null ? null : absolute(made.bias));
        // Each of the roundings may cost half a unit in the last place of a partial sum.
        double tolerance = (made.workload.tapsPerOutput() + 1) * 0x1p-24;
        for (int i = 0; i < expected.length; i++) {
            assertEquals(
                    expected[i],
                    actual[i],
                    tolerance * magnitude[i] * 1.01,
                    () -> "seed " + seed + ", " + made.workload);
        }
    }

    @Test
    void seedsCoverChunksStridesDilationsAndDepthwiseLayers() {
        var workloads = seeds().mapToObj(seed -> Case.of(seed).workload).toList();
        assertTrue(workloads.stream().anyMatch(w -> w.inputChannelsPerGroup() > 32 && w.groups() == 1));
        assertTrue(workloads.stream()
                .anyMatch(
                        w -> w.inputChannelsPerGroup() > 16 && w.inputChannelsPerGroup() % 16 != 0 && w.groups() > 1));
        assertTrue(workloads.stream().anyMatch(w -> w.inputChannelsPerGroup() == 1 && w.groups() > 16));
        assertTrue(workloads.stream()
                .anyMatch(w -> w.window().strideHeight() > w.window().kernelHeight()));
        assertTrue(workloads.stream()
                .anyMatch(w -> w.window().dilationWidth() == 3 && w.window().kernelWidth() > 4));
        assertTrue(workloads.stream()
                .anyMatch(w -> w.window().padLeft() > w.window().extentWidth()));
    }

    @Test
    void coversImagesOfSeveralBands() {
        ConvWorkload workload = new ConvWorkload(1, 20, 90, 70, 2, 1, Window.square(3, 1, 1));
        Random random = new Random(7);
        float[] input = Case.gaussians(random, workload.inputShape().size());
        float[] weights = Case.gaussians(random, workload.weightsShape().size());
        assertSameBits(
                direct(workload, input, weights, null),
                ReferenceConvolution.convolve(workload, input, weights, null),
                workload.toString());
    }

    @Test
    void countsPaddingAsPhysicalZeros() {
        ConvWorkload workload = new ConvWorkload(1, 1, 1, 1, 1, 1, Window.square(3, 1, 1));
        float[] weights = {Float.NaN, 0, 0, 0, 2, 0, 0, 0, 0};
        assertArrayEquals(
                new float[] {Float.NaN}, ReferenceConvolution.convolve(workload, new float[] {3}, weights, null));
        // 0 * 1 turns the bias of -0 into +0; the one pixel's 3 * -0 alone would leave it -0.
        float[] ones = {1, 1, 1, 1, -0f, 1, 1, 1, 1};
        float[] result = ReferenceConvolution.convolve(workload, new float[] {3}, ones, new float[] {-0f});
        assertEquals(Float.floatToRawIntBits(0f), Float.floatToRawIntBits(result[0]));
    }

    @Test
    void sumsChunksOfSixteenChannelsTapByTap() {
        // 17 channels, two taps: with large cancelling terms the result tells the order of the sum.
        ConvWorkload workload = new ConvWorkload(1, 17, 1, 2, 1, 1, new Window(1, 2, 1, 1, 1, 1, 0, 0, 0, 0));
        float[] input = new float[34];
        float[] weights = new float[34];
        input[0] = 1e8f;
        weights[0] = 1;
        input[1] = 1;
        weights[1] = 1;
        input[2] = -1e8f;
        weights[2] = 1;
        // Tap 0 of all channels comes first: 1e8 - 1e8 + 1. Channel by channel it would be 1e8 + 1 - 1e8 = 0.
        assertArrayEquals(new float[] {1}, ReferenceConvolution.convolve(workload, input, weights, null));
    }

    @Test
    void rejectsArraysThatDoNotFit() {
        ConvWorkload workload = new ConvWorkload(1, 2, 4, 4, 3, 1, Window.square(3, 1, 1));
        float[] input = new float[32];
        float[] weights = new float[54];
        assertMessage("input of shape 1x2x4x4 has 32 elements, not 31", workload, new float[31], weights, null);
        assertMessage("weights of shape 3x2x3x3 has 54 elements, not 53", workload, input, new float[53], null);
        assertMessage("bias of shape 3 has 3 elements, not 2", workload, input, weights, new float[2]);
    }

    private static void assertMessage(
            String message, ConvWorkload workload, float[] input, float[] weights, float @Nullable [] bias) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> ReferenceConvolution.convolve(workload, input, weights, bias));
        assertEquals(message, thrown.getMessage());
    }

    /** The definition, straight down: one output element after another, every tap in order, zeros for padding. */
    private static float[] direct(ConvWorkload w, float[] input, float[] weights, float @Nullable [] bias) {
        float[] output = new float[w.outputShape().size()];
        int at = 0;
        for (int n = 0; n < w.batch(); n++) {
            for (int oc = 0; oc < w.outputChannels(); oc++) {
                for (int oh = 0; oh < w.outputHeight(); oh++) {
                    for (int ow = 0; ow < w.outputWidth(); ow++) {
                        output[at++] = sum(w, input, weights, bias == null ? 0 : bias[oc], n, oc, oh, ow);
                    }
                }
            }
        }
        return output;
    }

    private static float sum(
            ConvWorkload w, float[] input, float[] weights, float bias, int n, int oc, int oh, int ow) {
        int channels = w.inputChannelsPerGroup();
        int chunk = channels <= 16 ? 1 : 16;
        float acc = bias;
        for (int first = 0; first < channels; first += chunk) {
            for (int kh = 0; kh < w.window().kernelHeight(); kh++) {
                for (int kw = 0; kw < w.window().kernelWidth(); kw++) {
                    for (int ic = first; ic < Math.min(first + chunk, channels); ic++) {
                        float pixel =
                                pixel(w, input, n, oc / w.outputChannelsPerGroup() * channels + ic, oh, kh, ow, kw);
                        acc = Math.fma(pixel, weight(w, weights, oc, ic, kh, kw), acc);
                    }
                }
            }
        }
        return acc;
    }

    private static double[] inDoubles(ConvWorkload w, float[] input, float[] weights, float @Nullable [] bias) {
        double[] output = new double[w.outputShape().size()];
        int channels = w.inputChannelsPerGroup();
        for (int at = 0; at < output.length; at++) {
            int ow = at % w.outputWidth();
            int oh = at / w.outputWidth() % w.outputHeight();
            int oc = at / w.outputWidth() / w.outputHeight() % w.outputChannels();
            int n = at / w.outputWidth() / w.outputHeight() / w.outputChannels();
            double sum = bias == null ? 0 : bias[oc];
            for (int kh = 0; kh < w.window().kernelHeight(); kh++) {
                for (int kw = 0; kw < w.window().kernelWidth(); kw++) {
                    for (int ic = 0; ic < channels; ic++) {
                        float pixel =
                                pixel(w, input, n, oc / w.outputChannelsPerGroup() * channels + ic, oh, kh, ow, kw);
                        sum += (double) pixel * weight(w, weights, oc, ic, kh, kw);
                    }
                }
            }
            output[at] = sum;
        }
        return output;
    }

    private static float pixel(ConvWorkload w, float[] input, int n, int c, int oh, int kh, int ow, int kw) {
        int y = oh * w.window().strideHeight()
                + kh * w.window().dilationHeight()
                - w.window().padTop();
        int x = ow * w.window().strideWidth()
                + kw * w.window().dilationWidth()
                - w.window().padLeft();
        boolean inside = y >= 0 && y < w.height() && x >= 0 && x < w.width();
        return inside ? input[((n * w.inputChannels() + c) * w.height() + y) * w.width() + x] : 0;
    }

    private static float weight(ConvWorkload w, float[] weights, int oc, int ic, int kh, int kw) {
        int kernel = oc * w.inputChannelsPerGroup() + ic;
        return weights[(kernel * w.window().kernelHeight() + kh) * w.window().kernelWidth() + kw];
    }

    private static float[] absolute(float[] values) {
        float[] absolute = values.clone();
        for (int i = 0; i < absolute.length; i++) {
            absolute[i] = Math.abs(absolute[i]);
        }
        return absolute;
    }

    private static void assertSameBits(float[] expected, float[] actual, String message) {
        assertEquals(expected.length, actual.length, message);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(
                    Float.floatToRawIntBits(expected[i]),
                    Float.floatToRawIntBits(actual[i]),
                    "element " + i + ", " + message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 20_000, 65_536, Integer.MAX_VALUE})
    void needsNoMoreMemoryForStridesBeyondTheImage(int stride) {
        float[] image = new float[64];
        for (int i = 0; i < image.length; i++) {
            image[i] = i;
        }
        Window window = new Window(2, 2, stride, stride, 1, 1, 0, 0, 0, 0);
        ConvWorkload workload = new ConvWorkload(1, 1, 8, 8, 1, 1, window);
        assertArrayEquals(
                new float[] {1 + 8 + 9},
                ReferenceConvolution.convolve(workload, image, new float[] {1, 1, 1, 1}, null));
    }

    @Test
    void refusesPadsBeyondAllImages() {
        Window window = new Window(1, 1, 65_536, 65_536, 1, 1, 0, 0, Integer.MAX_VALUE, 0);
        ConvWorkload workload = new ConvWorkload(1, 1, 8, 8, 1, 1, window);
        assertThrows(
                ArithmeticException.class,
                () -> ReferenceConvolution.convolve(workload, new float[64], new float[1], null));
    }
}

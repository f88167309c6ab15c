package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceTransposedConvolutionTest {

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @Test
    void spreadsEachPixelOverAWindow() {
        float[] output = ReferenceTransposedConvolution.convolve(
                Shape.of(1, 1, 1, 2),
                new float[] {1, 10},
                new float[] {1, 2, 3},
                new float[] {100},
                1,
                new Window(1, 3, 1, 2, 1, 1, 0, 0, 0, 0),
                Shape.of(1, 1, 1, 5));
        assertArrayEquals(new float[] {101, 102, 113, 120, 130}, output);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void sumsInTheSpecifiedOrderBitForBit(long seed) {
        Random random = new Random(new SplittableRandom(seed).nextLong());
        int groups = 1 + random.nextInt(4);
        int outputPerGroup = 1 + random.nextInt(4);
        Shape input = Shape.of(
                1 + random.nextInt(2), groups * (1 + random.nextInt(20)), 1 + random.nextInt(6), 1 + random.nextInt(6));
        Window window = new Window(
                1 + random.nextInt(4),
                1 + random.nextInt(4),
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(3),
                random.nextInt(3),
                0,
                0);
        Shape output = Shape.of(input.dim(0), groups * outputPerGroup, 1 + random.nextInt(16), 1 + random.nextInt(16));
        float[] pixels = gaussians(random, input.size());
        float[] weights =
                gaussians(random, input.dim(1) * outputPerGroup * window.kernelHeight() * window.kernelWidth());
        float[] bias = random.nextBoolean() ? gaussians(random, output.dim(1)) : null;
        float[] actual = ReferenceTransposedConvolution.convolve(input, pixels, weights, bias, groups, window, output);
        for (int i = 0; i < actual.length; i++) {
            float expected = sum(input, pixels, weights, bias, groups, window, output, i);
            assertEquals(
                    Float.floatToRawIntBits(expected),
                    Float.floatToRawIntBits(actual[i]),
                    "element " + i + ", seed " + seed + ", " + input + " to " + output + " by " + window);
        }
    }

    /** One output element by itself: for each tap, the input pixel that reaches it, if there is one. */
    private static float sum(
            Shape input,
            float[] pixels,
            float[] weights,
            float @Nullable [] bias,
            int groups,
            Window window,
            Shape output,
            int element) {
        int ox = element % output.dim(3);
        int oy = element / output.dim(3) % output.dim(2);
        int oc = element / output.sizeOf(2, 4) % output.dim(1);
        int n = element / output.sizeOf(1, 4);
        int inputPerGroup = input.dim(1) / groups;
        int outputPerGroup = output.dim(1) / groups;
        float acc = bias == null ? 0 : bias[oc];
        for (int i = 0; i < inputPerGroup; i++) {
            int ic = oc / outputPerGroup * inputPerGroup + i;
            for (int kh = 0; kh < window.kernelHeight(); kh++) {
                for (int kw = 0; kw < window.kernelWidth(); kw++) {
                    int y = oy + window.padTop() - kh * window.dilationHeight();
                    int x = ox + window.padLeft() - kw * window.dilationWidth();
                    boolean reached = y >= 0
                            && x >= 0
                            && y % window.strideHeight() == 0
                            && x % window.strideWidth() == 0
                            && y / window.strideHeight() < input.dim(2)
                            && x / window.strideWidth() < input.dim(3);
                    if (reached) {
                        int row = (n * input.dim(1) + ic) * input.dim(2) + y / window.strideHeight();
                        int kernel = ic * outputPerGroup + oc % outputPerGroup;
                        acc = Math.fma(
                                pixels[row * input.dim(3) + x / window.strideWidth()],
                                weights[(kernel * window.kernelHeight() + kh) * window.kernelWidth() + kw],
                                acc);
                    }
                }
            }
        }
        return acc;
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

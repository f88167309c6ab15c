package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of 3x3 windows by Winograd's F(4x4, 3x3): 36 products for 16 outputs where the direct sum takes 144. It has
 * sums of its own, and so other bits than {@link ReferenceConvolution}; whoever compiles a network chooses between them.
 *
 * <p>Outputs are computed in tiles of 4x4 on a grid that begins at output (0, 0); the last tiles of a row or column may
 * reach beyond the output, and what they would write there is dropped. A tile's patch is the 6x6 inputs that its windows
 * see; what lies outside the image is 0, after the prologue
 * as before it. For an output channel {@code oc} of a group:
 *
 * <pre>{@code
 * U[oc][ic] = float(G w[oc][ic] G^T)                           (in double, rounded once)
 * V[ic]     = B^T d[ic] B
 * M         = 0, then M = fma(V[ic], U[oc][ic], M) for every input channel of the group, ascending
 * Y         = A^T M A
 * output    = activation(Y + bias[oc] (+ residual))            (a bias of 0 where there is none)
 * }</pre>
 *
 * <p>Of each two-sided product the matrix on the left comes first: columns are transformed, then rows. The matrices belong
 * to the points 0, {@code a}, {@code -a}, {@code b}, {@code -b} and infinity, with {@code a = 5/8} and {@code b = 3/2},
 * which are those of oneDNN: all factors are exact floats, and errors are half those of the points 0, 1, -1, 2 and -2 that
 * Lavin and Gray use. One column or row is transformed thus, where every line is one rounding and an {@code fma} is fused:
 *
 * <pre>{@code
 * B^T: t0 = fma(d0, a^2 b^2, fma(d2, -(a^2 + b^2), d4))        A^T: y0 = (m0 + s) + u
 *      t1 = fma(q,  a, p)    p = fma(d2, -b^2, d4)                  y1 = fma(v, b,   a   d)
 *      t2 = fma(q, -a, p)    q = fma(d1, -b^2, d3)                  y2 = fma(u, b^2, a^2 s)
 *      t3 = fma(s,  b, r)    r = fma(d2, -a^2, d4)                  y3 = fma(v, b^3, fma(d, a^3, m5))
 *      t4 = fma(s, -b, r)    s = fma(d1, -a^2, d3)                  s = m1 + m2,  d = m1 - m2
 *      t5 = fma(d1, a^2 b^2, fma(d3, -(a^2 + b^2), d5))             u = m3 + m4,  v = m3 - m4
 *
 * G:   u0 = g0 / (a^2 b^2)                                     u5 = g2
 *      u1 = ((g0 + a^2 g2) + a g1) / (2 a^2 (a^2 - b^2))       u2 = ((g0 + a^2 g2) - a g1) / (2 a^2 (a^2 - b^2))
 *      u3 = ((g0 + b^2 g2) + b g1) / (2 b^2 (b^2 - a^2))       u4 = ((g0 + b^2 g2) - b g1) / (2 b^2 (b^2 - a^2))
 * }</pre>
 *
 * <p>What is lost is lost in the transforms, and depends on the whole patch. Over random normal inputs and weights of 16 to
 * 256 channels, the root mean square distance from the exact sum is 1.7 to 2.1 times that of the direct sum. An output of
 * random inputs stays within {@link #TOLERANCE} times the sum, over its input channels, of the largest magnitude in the
 * patch times the sum of the weights' magnitudes; the most that was seen is 1.3e-6. So small outputs beside large ones bear
 * errors of the large ones' size, and a value that is not finite spreads over its tiles.
 *
 * @see <a href="https://arxiv.org/abs/1509.09308">Lavin and Gray, Fast Algorithms for Convolutional Neural Networks</a>
 * @see <a href="https://arxiv.org/abs/1803.10986">Barabasz et al., Error Analysis and Improving the Accuracy of Winograd
 *     Convolution</a>
 */
public final class ReferenceWinograd {

    /** Outputs of a tile, each way. */
    public static final int TILE = 4;

    /** Inputs that a tile sees, each way. */
    public static final int PATCH = TILE + 2;

    /** Elements of a transformed patch: each is multiplied with its like, in a matrix product of its own. */
    public static final int FREQUENCIES = PATCH * PATCH;

    /** The interpolation point {@code a}. */
    public static final float SMALL_POINT = 0.625f;

    /** The interpolation point {@code b}. */
    public static final float LARGE_POINT = 1.5f;

    /** How far an output may be from the exact sum, as a part of its patch's magnitude, as the class describes it. */
    public static final float TOLERANCE = 3e-6f;

    private static final float A = SMALL_POINT;
    private static final float B = LARGE_POINT;
    private static final float A2 = A * A;
    private static final float B2 = B * B;

    private ReferenceWinograd() {}

    /** Whether a workload is one for Winograd at all: a 3x3 window of stride and dilation 1. */
    public static boolean computes(ConvWorkload workload) {
        Window window = workload.window();
        return window.kernelHeight() == 3
                && window.kernelWidth() == 3
                && window.strideHeight() == 1
                && window.strideWidth() == 1
                && window.dilationHeight() == 1
                && window.dilationWidth() == 1;
    }

    /** @throws IllegalArgumentException if {@link #computes} says no */
    public static void requireComputes(ConvWorkload workload) {
        if (!computes(workload)) {
            throw new IllegalArgumentException(
                    "Winograd computes 3x3 windows of stride 1 and dilation 1, not " + workload);
        }
    }

    /** Tiles that cover so many outputs. */
    public static int tiles(int outputs) {
        return (outputs - 1) / TILE + 1;
    }

    /**
     * Convolves, on the calling thread.
     *
     * @param input of {@link ConvWorkload#inputShape}
     * @param residual of {@link ConvWorkload#outputShape}, where the epilogue has one
     * @return elements of {@link ConvWorkload#outputShape}
     * @throws IllegalArgumentException if the workload is none for Winograd, or an array is missing, superfluous or of the
     *     wrong length
     */
    public static float[] convolve(
            ConvWorkload workload, ConvParameters parameters, float[] input, float @Nullable [] residual) {
        requireComputes(workload);
        parameters.requireFit(workload);
        requireLength("input", workload.inputShape(), input.length);
        if (workload.epilogue().residual() != (residual != null)) {
            throw new IllegalArgumentException(residual == null ? "the residual is missing" : "a residual too many");
        }
        if (residual != null) {
            requireLength("residual", workload.outputShape(), residual.length);
        }
        float[] source = ReferenceConvolution.prologue(workload, parameters, input);
        float[] weights = transformWeights(workload, parameters.weights());
        float[] output = new float[workload.outputShape().size()];
        int channels = workload.outputChannelsPerGroup();
        for (int n = 0; n < workload.batch(); n++) {
            for (int group = 0; group < workload.groups(); group++) {
                float[] patches = transformPatches(workload, source, n * workload.groups() + group);
                for (int channel = group * channels; channel < (group + 1) * channels; channel++) {
                    float[] products = multiply(workload, patches, weights, channel);
                    float bias = parameters.bias() == null ? 0 : parameters.bias()[channel];
                    finish(workload, products, bias, residual, n * workload.outputChannels() + channel, output);
                }
            }
        }
        return output;
    }

    /**
     * The weights {@code U}, {@code [outputChannels][inputChannelsPerGroup][36]}.
     *
     * @param weights of {@link ConvWorkload#weightsShape}
     */
    public static float[] transformWeights(ConvWorkload workload, float[] weights) {
        requireLength("weights", workload.weightsShape(), weights.length);
        int kernels = weights.length / 9;
        float[] transformed = new float[Math.multiplyExact(kernels, FREQUENCIES)];
        double[] columns = new double[PATCH * 3];
        double[] both = new double[FREQUENCIES];
        for (int kernel = 0; kernel < kernels; kernel++) {
            for (int column = 0; column < 3; column++) {
                int first = kernel * 9 + column;
                transformWeights(weights[first], weights[first + 3], weights[first + 6], columns, column, 3);
            }
            for (int row = 0; row < PATCH; row++) {
                int first = row * 3;
                transformWeights(columns[first], columns[first + 1], columns[first + 2], both, row * PATCH, 1);
            }
            for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
                transformed[kernel * FREQUENCIES + frequency] = (float) both[frequency];
            }
        }
        return transformed;
    }

    private static void transformWeights(double g0, double g1, double g2, double[] to, int first, int step) {
        double evenA = g0 + (double) A2 * g2;
        double evenB = g0 + (double) B2 * g2;
        double divisorA = 2.0 * A2 * ((double) A2 - B2);
        double divisorB = 2.0 * B2 * ((double) B2 - A2);
        to[first] = g0 / ((double) A2 * B2);
        to[first + step] = (evenA + A * g1) / divisorA;
        to[first + 2 * step] = (evenA - A * g1) / divisorA;
        to[first + 3 * step] = (evenB + B * g1) / divisorB;
        to[first + 4 * step] = (evenB - B * g1) / divisorB;
        to[first + 5 * step] = g2;
    }

    /** All patches of a group of channels of an image, transformed: {@code [36][channel][tile]}. */
    private static float[] transformPatches(ConvWorkload workload, float[] input, int group) {
        int rows = tiles(workload.outputHeight());
        int columns = tiles(workload.outputWidth());
        int channels = workload.inputChannelsPerGroup();
        int plane = workload.height() * workload.width();
        int pitch = channels * rows * columns;
        float[] transformed = new float[Math.multiplyExact(FREQUENCIES, pitch)];
        float[] patch = new float[FREQUENCIES];
        int index = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    read(workload, input, (group * channels + channel) * plane, row, column, patch);
                    for (int i = 0; i < PATCH; i++) {
                        transformInput(patch, i, PATCH);
                    }
                    for (int i = 0; i < PATCH; i++) {
                        transformInput(patch, i * PATCH, 1);
                    }
                    for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
                        transformed[frequency * pitch + index] = patch[frequency];
                    }
                    index++;
                }
            }
        }
        return transformed;
    }

    private static void read(
            ConvWorkload workload, float[] input, int plane, int tileRow, int tileColumn, float[] patch) {
        for (int i = 0; i < FREQUENCIES; i++) {
            int y = tileRow * TILE + i / PATCH - workload.window().padTop();
            int x = tileColumn * TILE + i % PATCH - workload.window().padLeft();
            boolean inside = y >= 0 && y < workload.height() && x >= 0 && x < workload.width();
            patch[i] = inside ? input[plane + y * workload.width() + x] : 0;
        }
    }

    /** {@code B^T}, in place. */
    private static void transformInput(float[] d, int first, int step) {
        float d0 = d[first];
        float d1 = d[first + step];
        float d2 = d[first + 2 * step];
        float d3 = d[first + 3 * step];
        float d4 = d[first + 4 * step];
        float d5 = d[first + 5 * step];
        float p = Math.fma(d2, -B2, d4);
        float q = Math.fma(d1, -B2, d3);
        float r = Math.fma(d2, -A2, d4);
        float s = Math.fma(d1, -A2, d3);
        d[first] = Math.fma(d0, A2 * B2, Math.fma(d2, -(A2 + B2), d4));
        d[first + step] = Math.fma(q, A, p);
        d[first + 2 * step] = Math.fma(q, -A, p);
        d[first + 3 * step] = Math.fma(s, B, r);
        d[first + 4 * step] = Math.fma(s, -B, r);
        d[first + 5 * step] = Math.fma(d1, A2 * B2, Math.fma(d3, -(A2 + B2), d5));
    }

    /** The products of one output channel, {@code [36][tile]}. */
    private static float[] multiply(ConvWorkload workload, float[] patches, float[] weights, int outputChannel) {
        int channels = workload.inputChannelsPerGroup();
        int tiles = patches.length / channels / FREQUENCIES;
        float[] products = new float[FREQUENCIES * tiles];
        float[] sums = new float[tiles];
        for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
            Arrays.fill(sums, 0);
            for (int channel = 0; channel < channels; channel++) {
                float weight = weights[(outputChannel * channels + channel) * FREQUENCIES + frequency];
                multiplyAdd(patches, (frequency * channels + channel) * tiles, weight, sums);
            }
            System.arraycopy(sums, 0, products, frequency * tiles, tiles);
        }
        return products;
    }

    /** Apart, and as simple as it is, so that C2 turns it into vector instructions. */
    private static void multiplyAdd(float[] values, int offset, float weight, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.fma(values[offset + i], weight, sums[i]);
        }
    }

    /** Turns the products of one plane of the output into its elements. */
    private static void finish(
            ConvWorkload workload,
            float[] products,
            float bias,
            float @Nullable [] residual,
            int plane,
            float[] output) {
        int height = workload.outputHeight();
        int width = workload.outputWidth();
        int columns = tiles(width);
        int tiles = tiles(height) * columns;
        float[] tile = new float[FREQUENCIES];
        for (int index = 0; index < tiles; index++) {
            for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
                tile[frequency] = products[frequency * tiles + index];
            }
            for (int i = 0; i < PATCH; i++) {
                transformOutput(tile, i, PATCH);
            }
            for (int i = 0; i < TILE; i++) {
                transformOutput(tile, i * PATCH, 1);
            }
            int top = index / columns * TILE;
            int left = index % columns * TILE;
            for (int y = top; y < Math.min(top + TILE, height); y++) {
                for (int x = left; x < Math.min(left + TILE, width); x++) {
                    int to = (plane * height + y) * width + x;
                    float sum = tile[(y - top) * PATCH + x - left] + bias;
                    sum = residual == null ? sum : sum + residual[to];
                    output[to] = ReferenceActivation.apply(workload.epilogue().activation(), sum);
                }
            }
        }
    }

    /** {@code A^T}, in place: the first four of the six. */
    private static void transformOutput(float[] m, int first, int step) {
        float m0 = m[first];
        float m1 = m[first + step];
        float m2 = m[first + 2 * step];
        float m3 = m[first + 3 * step];
        float m4 = m[first + 4 * step];
        float m5 = m[first + 5 * step];
        float s = m1 + m2;
        float d = m1 - m2;
        float u = m3 + m4;
        float v = m3 - m4;
        m[first] = m0 + s + u;
        m[first + step] = Math.fma(v, B, A * d);
        m[first + 2 * step] = Math.fma(u, B2, A2 * s);
        m[first + 3 * step] = Math.fma(v, B2 * B, Math.fma(d, A2 * A, m5));
    }

    private static void requireLength(String what, Shape shape, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException(
                    what + " of shape " + shape + " has " + shape.size() + " elements, not " + length);
        }
    }
}

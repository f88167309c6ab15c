package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import org.jspecify.annotations.Nullable;

/**
 * Convolution, and with it the order of every sum that any convolution of Lanewise must keep.
 *
 * <p>Every output element is one chain of fused multiply-adds that begins with the bias (0 where there is none):
 *
 * <pre>{@code
 * acc = bias[oc] (+ residual[n][oc][oh][ow])
 * for chunk of input channels of the group      (16 channels; the last chunk may have fewer)
 *   for kh, for kw                              (kernel rows, kernel columns)
 *     for ic in chunk
 *       acc = fma(input[n][ic][oh * stride + kh * dilation - pad][...], weights[oc][ic][kh][kw], acc)
 * }</pre>
 *
 * <p>Where a group has at most 16 input channels, a chunk is one channel: the order is (channel, kernel row, kernel
 * column). Taps that lie in the padding are physical zeros and are not skipped: {@code fma(0, w, acc)} turns an
 * accumulator of -0 into +0 and carries a weight that is not finite.
 *
 * @see ConvWorkload#summationChunk
 */
public final class ReferenceConvolution {

    /** Accumulators worked on at a time: a few kilobytes, so that they stay in the first-level cache. */
    private static final int BAND = 2048;

    private ReferenceConvolution() {}

    /**
     * Convolves with neither prologue nor residual nor activation, on the calling thread.
     *
     * @param input of {@link ConvWorkload#inputShape}
     * @param weights of {@link ConvWorkload#weightsShape}
     * @param bias one for each output channel; null for none
     * @return elements of {@link ConvWorkload#outputShape}
     * @throws IllegalArgumentException if an array's length does not fit the workload
     */
    public static float[] convolve(ConvWorkload workload, float[] input, float[] weights, float @Nullable [] bias) {
        ConvWorkload plain =
                workload.with(Prologue.NONE).with(new Epilogue(bias != null, false, new Activation.None()));
        return convolve(plain, new ConvParameters(weights, bias), input, null);
    }

    /**
     * Convolves with all that the workload says, on the calling thread.
     *
     * @param input of {@link ConvWorkload#inputShape}
     * @param residual of {@link ConvWorkload#outputShape}, where the epilogue has one
     * @return elements of {@link ConvWorkload#outputShape}
     * @throws IllegalArgumentException if an array is missing, superfluous or of the wrong length
     */
    public static float[] convolve(
            ConvWorkload workload, ConvParameters parameters, float[] input, float @Nullable [] residual) {
        parameters.requireFit(workload);
        requireLength("input", workload.inputShape(), input.length);
        if (workload.epilogue().residual() != (residual != null)) {
            throw new IllegalArgumentException(residual == null ? "the residual is missing" : "a residual too many");
        }
        float[] output = start(workload, parameters.bias(), residual);
        float[] source = prologue(workload, parameters, input);
        PhasePlanes planes = new PhasePlanes(workload);
        for (int n = 0; n < workload.batch(); n++) {
            for (int group = 0; group < workload.groups(); group++) {
                planes.fill(source, n * workload.groups() + group);
                for (int j = 0; j < workload.outputChannelsPerGroup(); j++) {
                    int channel = group * workload.outputChannelsPerGroup() + j;
                    convolvePlane(workload, planes, parameters.weights(), n, channel, output);
                }
            }
        }
        ReferenceActivation.apply(workload.epilogue().activation(), output);
        return output;
    }

    /** What the sums start from. */
    private static float[] start(ConvWorkload workload, float @Nullable [] bias, float @Nullable [] residual) {
        float[] output = new float[workload.outputShape().size()];
        if (residual != null) {
            requireLength("residual", workload.outputShape(), residual.length);
        }
        int plane = workload.outputHeight() * workload.outputWidth();
        for (int i = 0; i < output.length; i++) {
            float first = bias == null ? 0 : bias[i / plane % workload.outputChannels()];
            output[i] = residual == null ? first : first + residual[i];
        }
        return output;
    }

    /** The input as the sums see it. */
    static float[] prologue(ConvWorkload workload, ConvParameters parameters, float[] input) {
        if (workload.prologue().equals(Prologue.NONE)) {
            return input;
        }
        float[] source = input.clone();
        float[] scale = parameters.scale();
        float[] shift = parameters.shift();
        if (scale != null && shift != null) {
            int plane = workload.height() * workload.width();
            for (int i = 0; i < source.length; i++) {
                int channel = i / plane % workload.inputChannels();
                source[i] = Math.fma(source[i], scale[channel], shift[channel]);
            }
        }
        ReferenceActivation.apply(workload.prologue().activation(), source);
        return source;
    }

    /** Computes one output channel of one image, in bands of whole rows. */
    private static void convolvePlane(
            ConvWorkload workload, PhasePlanes planes, float[] weights, int n, int channel, float[] output) {
        int height = workload.outputHeight();
        int width = workload.outputWidth();
        int bandRows = Math.max(1, BAND / planes.pitch);
        float[] accumulators = new float[Math.min(bandRows, height) * planes.pitch];
        for (int top = 0; top < height; top += bandRows) {
            int rows = Math.min(bandRows, height - top);
            int first = ((n * workload.outputChannels() + channel) * height + top) * width;
            for (int row = 0; row < rows; row++) {
                System.arraycopy(output, first + row * width, accumulators, row * planes.pitch, width);
            }
            accumulate(workload, planes, weights, channel, top, rows, accumulators);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(accumulators, row * planes.pitch, output, first + row * width, width);
            }
        }
    }

    /** Adds all taps, in the specified order, to a band of output rows that is as wide as the planes are. */
    private static void accumulate(
            ConvWorkload workload,
            PhasePlanes planes,
            float[] weights,
            int channel,
            int top,
            int rows,
            float[] accumulators) {
        Window window = workload.window();
        int channels = workload.inputChannelsPerGroup();
        int kernelSize = window.kernelHeight() * window.kernelWidth();
        // The columns between the output's width and the pitch are computed too, and thrown away; but not beyond the
        // last row's end, where the plane may end as well.
        int length = (rows - 1) * planes.pitch + workload.outputWidth();
        for (int chunk = 0; chunk < channels; chunk += workload.summationChunk()) {
            int chunkEnd = Math.min(chunk + workload.summationChunk(), channels);
            for (int kh = 0; kh < window.kernelHeight(); kh++) {
                for (int kw = 0; kw < window.kernelWidth(); kw++) {
                    for (int ic = chunk; ic < chunkEnd; ic++) {
                        float weight = weights[(channel * channels + ic) * kernelSize + kh * window.kernelWidth() + kw];
                        multiplyAdd(planes.data, planes.offset(ic, kh, kw, top), weight, accumulators, length);
                    }
                }
            }
        }
    }

    /** Apart, and as simple as it is, so that C2 turns it into vector instructions. */
    private static void multiplyAdd(float[] input, int offset, float weight, float[] accumulators, int length) {
        for (int i = 0; i < length; i++) {
            accumulators[i] = Math.fma(input[offset + i], weight, accumulators[i]);
        }
    }

    private static void requireLength(String what, Shape shape, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException(
                    what + " of shape " + shape + " has " + shape.size() + " elements, not " + length);
        }
    }

    /**
     * The zero-padded input of one group, with the pixels sorted by their row and column modulo the stride: in such a
     * plane, what one tap reads for neighbouring outputs lies side by side whatever the stride, and one row's end is
     * {@code pitch} elements before the next row's end in input and output alike.
     */
    private static final class PhasePlanes {

        private final ConvWorkload workload;
        private final Window window;

        /** Remainders that rows have modulo the stride; a stride beyond the image meets no more than the image has. */
        private final int rowPhases;

        /** The same for columns. */
        private final int columnPhases;

        private final int rows;
        private final int pitch;
        private final float[] data;

        PhasePlanes(ConvWorkload workload) {
            this.workload = workload;
            this.window = workload.window();
            int paddedHeight = padded(workload.height(), window.padTop(), window.padBottom());
            int paddedWidth = padded(workload.width(), window.padLeft(), window.padRight());
            rowPhases = Math.min(window.strideHeight(), paddedHeight);
            columnPhases = Math.min(window.strideWidth(), paddedWidth);
            rows = (paddedHeight - 1) / window.strideHeight() + 1;
            pitch = (paddedWidth - 1) / window.strideWidth() + 1;
            data = new float
                    [Shape.of(workload.inputChannelsPerGroup(), rowPhases, columnPhases, rows, pitch)
                            .size()];
        }

        private static int padded(int size, int before, int after) {
            return Math.addExact(Math.addExact(size, before), after);
        }

        /** Copies a group's channels; the padding around them has been zero from the start. */
        void fill(float[] input, int group) {
            int source = group * workload.inputChannelsPerGroup() * workload.height() * workload.width();
            for (int channel = 0; channel < workload.inputChannelsPerGroup(); channel++) {
                for (int y = window.padTop(); y < window.padTop() + workload.height(); y++) {
                    for (int x = window.padLeft(); x < window.padLeft() + workload.width(); x++) {
                        data[index(channel, y, x)] = input[source++];
                    }
                }
            }
        }

        /** Where a tap of the first output of a row is. */
        int offset(int channel, int kh, int kw, int outputRow) {
            return index(
                    channel,
                    kh * window.dilationHeight() + outputRow * window.strideHeight(),
                    kw * window.dilationWidth());
        }

        private int index(int channel, int y, int x) {
            int plane = (channel * rowPhases + y % window.strideHeight()) * columnPhases + x % window.strideWidth();
            return (plane * rows + y / window.strideHeight()) * pitch + x / window.strideWidth();
        }
    }
}

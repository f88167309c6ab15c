package dev.lanewise.kernels.workload;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;

/**
 * A two-dimensional convolution: all that its kernels are chosen by, and all that decides the order of its sums. A
 * one-dimensional convolution is one of height 1.
 *
 * <p>Logical shapes, row-major: input {@code [batch, inputChannels, height, width]}, weights {@code [outputChannels,
 * inputChannelsPerGroup, kernelHeight, kernelWidth]}, bias {@code [outputChannels]}, output {@code [batch,
 * outputChannels, outputHeight, outputWidth]}.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">ONNX Conv</a>
 */
public record ConvWorkload(
        int batch,
        int inputChannels,
        int height,
        int width,
        int outputChannels,
        int groups,
        Window window,
        Prologue prologue,
        Epilogue epilogue) {

    /** Input channels that are summed in the innermost loop where a group has more than this many. */
    private static final int CHANNEL_CHUNK = 16;

    public ConvWorkload {
        requirePositive("batch", batch);
        requirePositive("input channels", inputChannels);
        requirePositive("height", height);
        requirePositive("width", width);
        requirePositive("output channels", outputChannels);
        requirePositive("groups", groups);
        requireDivisible("input channels", inputChannels, groups);
        requireDivisible("output channels", outputChannels, groups);
        window.outputHeight(height);
        window.outputWidth(width);
    }

    /** A plain convolution: nothing is done to its input or its results. */
    public ConvWorkload(
            int batch, int inputChannels, int height, int width, int outputChannels, int groups, Window window) {
        this(batch, inputChannels, height, width, outputChannels, groups, window, Prologue.NONE, Epilogue.NONE);
    }

    public ConvWorkload with(Epilogue other) {
        return new ConvWorkload(batch, inputChannels, height, width, outputChannels, groups, window, prologue, other);
    }

    public ConvWorkload with(Prologue other) {
        return new ConvWorkload(batch, inputChannels, height, width, outputChannels, groups, window, other, epilogue);
    }

    public int outputHeight() {
        return window.outputHeight(height);
    }

    public int outputWidth() {
        return window.outputWidth(width);
    }

    public int inputChannelsPerGroup() {
        return inputChannels / groups;
    }

    public int outputChannelsPerGroup() {
        return outputChannels / groups;
    }

    public Shape inputShape() {
        return Shape.of(batch, inputChannels, height, width);
    }

    public Shape weightsShape() {
        return Shape.of(outputChannels, inputChannelsPerGroup(), window.kernelHeight(), window.kernelWidth());
    }

    public Shape outputShape() {
        return Shape.of(batch, outputChannels, outputHeight(), outputWidth());
    }

    /** Products per output element: the length of each sum, without the bias. */
    public long tapsPerOutput() {
        return (long) inputChannelsPerGroup() * window.kernelHeight() * window.kernelWidth();
    }

    /** Multiply-adds of the whole convolution, those with padding included; twice as many floating-point operations. */
    public long multiplyAdds() {
        long outputs = Math.multiplyExact((long) batch * outputChannels, (long) outputHeight() * outputWidth());
        return Math.multiplyExact(outputs, tapsPerOutput());
    }

    /**
     * The number of channels that the innermost loop of every sum runs over: sums are taken over (chunk of so many input
     * channels of the group, kernel row, kernel column, channel in the chunk), each outermost first. It is 16, or 1, which
     * is to say (channel, kernel row, kernel column), where a group has at most 16 input channels.
     */
    public int summationChunk() {
        return inputChannelsPerGroup() <= CHANNEL_CHUNK ? 1 : CHANNEL_CHUNK;
    }

    /** Everything but batch, prologue and epilogue, such as {@code c256 28x28 o256 g32 k3x3 s1x1 d1x1 p1,1,1,1}. */
    public String shapeLabel() {
        return "c" + inputChannels + " " + height + "x" + width + " o" + outputChannels + " g" + groups + " k"
                + window.kernelHeight() + "x" + window.kernelWidth() + " s" + window.strideHeight() + "x"
                + window.strideWidth() + " d" + window.dilationHeight() + "x" + window.dilationWidth() + " p"
                + window.padTop() + "," + window.padLeft() + "," + window.padBottom() + "," + window.padRight();
    }

    /** As {@link #shapeLabel}, with {@code n1} and {@link #fusedLabel} behind it. */
    public String label() {
        return shapeLabel() + " n" + batch + " " + fusedLabel();
    }

    /** What is done beside the products, such as {@code biasRelu}, or {@code affineRelu biasRelu} with a prologue. */
    public String fusedLabel() {
        return prologue.equals(Prologue.NONE) ? epilogue.label() : prologue.label() + " " + epilogue.label();
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " of a convolution must be at least 1, not " + value);
        }
    }

    private static void requireDivisible(String what, int channels, int groups) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(channels + " " + what + " do not divide into " + groups + " groups");
        }
    }
}

package dev.lanewise.kernels.tensor;

/**
 * A two-dimensional sliding window: kernel size, stride, dilation and zero padding, in pixels. Pads may be asymmetric.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">ONNX Conv</a>
 */
public record Window(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight) {

    public Window {
        requirePositive("kernel height", kernelHeight);
        requirePositive("kernel width", kernelWidth);
        requirePositive("stride height", strideHeight);
        requirePositive("stride width", strideWidth);
        requirePositive("dilation height", dilationHeight);
        requirePositive("dilation width", dilationWidth);
        requireNotNegative("top pad", padTop);
        requireNotNegative("left pad", padLeft);
        requireNotNegative("bottom pad", padBottom);
        requireNotNegative("right pad", padRight);
    }

    /** A square window with equal pads on all sides and no dilation. */
    public static Window square(int kernel, int stride, int pad) {
        return new Window(kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad);
    }

    /** Rows from the first to the last tap. */
    public int extentHeight() {
        return Math.addExact(Math.multiplyExact(kernelHeight - 1, dilationHeight), 1);
    }

    /** Columns from the first to the last tap. */
    public int extentWidth() {
        return Math.addExact(Math.multiplyExact(kernelWidth - 1, dilationWidth), 1);
    }

    /** @throws IllegalArgumentException if the window is larger than the padded input */
    public int outputHeight(int inputHeight) {
        return output("height", inputHeight, padTop, padBottom, extentHeight(), strideHeight);
    }

    /** @throws IllegalArgumentException if the window is larger than the padded input */
    public int outputWidth(int inputWidth) {
        return output("width", inputWidth, padLeft, padRight, extentWidth(), strideWidth);
    }

    private static int output(String axis, int input, int before, int after, int extent, int stride) {
        long padded = (long) input + before + after;
        if (extent > padded) {
            throw new IllegalArgumentException("kernel extends over " + extent + " pixels, but the padded input has a "
                    + axis + " of " + padded + " (" + before + " + " + input + " + " + after + ")");
        }
        return Math.toIntExact((padded - extent) / stride + 1);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
    }

    private static void requireNotNegative(String what, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " must not be negative, but is " + value);
        }
    }
}

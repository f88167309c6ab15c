package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;

/**
 * Pooling over windows and over whole images. Inputs are {@code [batch, channels, height, width]}, row-major. An
 * output's size is given apart from the window, as the last row and column of windows may reach beyond the padding
 * (ONNX's {@code ceil_mode}).
 */
public final class ReferencePooling {

    private ReferencePooling() {}

    /**
     * The largest pixel of each window, as {@link Math#max} orders them: NaN above all, -0 below 0. Padding does not count;
     * a window without a pixel of the image gives negative infinity.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__MaxPool.html">ONNX MaxPool</a>
     */
    public static float[] max(Shape shape, float[] input, Window window, int outputHeight, int outputWidth) {
        int planes = shape.sizeOf(0, 2);
        float[] output = new float[planes * outputHeight * outputWidth];
        int target = 0;
        for (int plane = 0; plane < planes; plane++) {
            for (int oh = 0; oh < outputHeight; oh++) {
                for (int ow = 0; ow < outputWidth; ow++) {
                    float max = Float.NEGATIVE_INFINITY;
                    for (int kh = 0; kh < window.kernelHeight(); kh++) {
                        for (int kw = 0; kw < window.kernelWidth(); kw++) {
                            int y = row(window, oh, kh);
                            int x = column(window, ow, kw);
                            if (isInside(shape, y, x)) {
                                max = Math.max(max, input[(plane * shape.dim(2) + y) * shape.dim(3) + x]);
                            }
                        }
                    }
                    output[target++] = max;
                }
            }
        }
        return output;
    }

    /**
     * Where the largest pixel of each window is, the first in row-major order if there are several: its index in the whole
     * input, with rows and columns exchanged if {@code columnMajor}; -1 for a window without a pixel of the image.
     */
    public static long[] argMax(
            Shape shape, float[] input, Window window, int outputHeight, int outputWidth, boolean columnMajor) {
        int planes = shape.sizeOf(0, 2);
        int height = shape.dim(2);
        int width = shape.dim(3);
        long[] output = new long[planes * outputHeight * outputWidth];
        int target = 0;
        for (int plane = 0; plane < planes; plane++) {
            for (int oh = 0; oh < outputHeight; oh++) {
                for (int ow = 0; ow < outputWidth; ow++) {
                    float max = 0;
                    long at = -1;
                    for (int kh = 0; kh < window.kernelHeight(); kh++) {
                        for (int kw = 0; kw < window.kernelWidth(); kw++) {
                            int y = row(window, oh, kh);
                            int x = column(window, ow, kw);
                            if (isInside(shape, y, x)) {
                                float value = input[(plane * height + y) * width + x];
                                if (at < 0 || Float.compare(value, max) > 0) {
                                    max = value;
                                    at = (long) plane * height * width + (columnMajor ? x * height + y : y * width + x);
                                }
                            }
                        }
                    }
                    output[target++] = at;
                }
            }
        }
        return output;
    }

    /**
     * The average of each window: its pixels are added one after another to 0, by rows, and the sum is divided by their
     * number; with {@code countPadding}, by the number of taps that lie in the image or its padding. A window without a
     * pixel of the image gives 0.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__AveragePool.html">ONNX AveragePool</a>
     */
    public static float[] average(
            Shape shape, float[] input, Window window, int outputHeight, int outputWidth, boolean countPadding) {
        int planes = shape.sizeOf(0, 2);
        float[] output = new float[planes * outputHeight * outputWidth];
        int target = 0;
        for (int plane = 0; plane < planes; plane++) {
            for (int oh = 0; oh < outputHeight; oh++) {
                for (int ow = 0; ow < outputWidth; ow++) {
                    float sum = 0;
                    int pixels = 0;
                    int padding = 0;
                    for (int kh = 0; kh < window.kernelHeight(); kh++) {
                        for (int kw = 0; kw < window.kernelWidth(); kw++) {
                            int y = row(window, oh, kh);
                            int x = column(window, ow, kw);
                            if (isInside(shape, y, x)) {
                                sum += input[(plane * shape.dim(2) + y) * shape.dim(3) + x];
                                pixels++;
                            } else if (isInsidePadded(shape, window, y, x)) {
                                padding++;
                            }
                        }
                    }
                    output[target++] = pixels == 0 ? 0 : sum / (countPadding ? pixels + padding : pixels);
                }
            }
        }
        return output;
    }

    /**
     * The average of each whole image: the pixels of a row are added from left to right to 0, the rows' sums from top to
     * bottom to 0, and that is divided by the number of pixels. This is not the order of {@link PartialSums}. The
     * shape may have any number of spatial dimensions; a row is the last of them.
     *
     * @return an element for every {@code [batch, channel]}
     * @see <a href="https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html">ONNX GlobalAveragePool</a>
     */
    public static float[] globalAverage(Shape shape, float[] input) {
        int width = shape.dim(shape.rank() - 1);
        int rows = shape.sizeOf(2, shape.rank() - 1);
        float[] output = new float[shape.sizeOf(0, 2)];
        int source = 0;
        for (int plane = 0; plane < output.length; plane++) {
            float sum = 0;
            for (int y = 0; y < rows; y++) {
                float rowSum = 0;
                for (int x = 0; x < width; x++) {
                    rowSum += input[source++];
                }
                sum += rowSum;
            }
            output[plane] = sum / (rows * width);
        }
        return output;
    }

    /**
     * The largest pixel of each whole image, as {@link Math#max} orders them.
     *
     * @return an element for every {@code [batch, channel]}
     * @see <a href="https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html">ONNX GlobalMaxPool</a>
     */
    public static float[] globalMax(Shape shape, float[] input) {
        int pixels = shape.sizeOf(2, shape.rank());
        float[] output = new float[shape.sizeOf(0, 2)];
        for (int plane = 0; plane < output.length; plane++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int pixel = 0; pixel < pixels; pixel++) {
                max = Math.max(max, input[plane * pixels + pixel]);
            }
            output[plane] = max;
        }
        return output;
    }

    private static int row(Window window, int oh, int kh) {
        return oh * window.strideHeight() + kh * window.dilationHeight() - window.padTop();
    }

    private static int column(Window window, int ow, int kw) {
        return ow * window.strideWidth() + kw * window.dilationWidth() - window.padLeft();
    }

    private static boolean isInside(Shape shape, int y, int x) {
        return y >= 0 && y < shape.dim(2) && x >= 0 && x < shape.dim(3);
    }

    private static boolean isInsidePadded(Shape shape, Window window, int y, int x) {
        // No tap lies before the padding: the first window begins there.
        return y < shape.dim(2) + window.padBottom() && x < shape.dim(3) + window.padRight();
    }
}

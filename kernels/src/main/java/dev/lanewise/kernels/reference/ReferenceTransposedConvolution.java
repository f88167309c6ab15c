package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolution: every input pixel spreads over a window of the output.
 *
 * <p>Every output element is one chain of fused multiply-adds that begins with the bias (0 where there is none) and
 * runs over (input channel of the group, kernel row, kernel column), outermost first; taps that no input pixel reaches
 * are left out.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__ConvTranspose.html">ONNX ConvTranspose</a>
 */
public final class ReferenceTransposedConvolution {

    private ReferenceTransposedConvolution() {}

    /**
     * Convolves, transposed. Only the top and left pads of the window count: how much is cut off at the other sides
     * follows from the output's size.
     *
     * @param input elements of {@code inputShape}, which is {@code [batch, inputChannels, height, width]}
     * @param weights {@code [inputChannels, outputChannelsPerGroup, kernelHeight, kernelWidth]}
     * @param bias one for each output channel; null for none
     * @param outputShape {@code [batch, outputChannels, outputHeight, outputWidth]}
     * @return elements of {@code outputShape}
     */
    public static float[] convolve(
            Shape inputShape,
            float[] input,
            float[] weights,
            float @Nullable [] bias,
            int groups,
            Window window,
            Shape outputShape) {
        int inputPerGroup = inputShape.dim(1) / groups;
        int outputPerGroup = outputShape.dim(1) / groups;
        int outputPlane = outputShape.sizeOf(2, 4);
        float[] output = new float[outputShape.size()];
        for (int n = 0; n < outputShape.dim(0); n++) {
            for (int oc = 0; oc < outputShape.dim(1); oc++) {
                int target = (n * outputShape.dim(1) + oc) * outputPlane;
                Arrays.fill(output, target, target + outputPlane, bias == null ? 0 : bias[oc]);
                int firstChannel = oc / outputPerGroup * inputPerGroup;
                for (int ic = firstChannel; ic < firstChannel + inputPerGroup; ic++) {
                    int source = (n * inputShape.dim(1) + ic) * inputShape.sizeOf(2, 4);
                    int kernel = ic * outputPerGroup + oc % outputPerGroup;
                    spread(inputShape, input, source, weights, kernel, window, outputShape, output, target);
                }
            }
        }
        return output;
    }

    /** Adds one input channel to one output channel. For a given tap, an output has at most one input pixel. */
    private static void spread(
            Shape inputShape,
            float[] input,
            int source,
            float[] weights,
            int kernel,
            Window window,
            Shape outputShape,
            float[] output,
            int target) {
        int width = inputShape.dim(3);
        int outputWidth = outputShape.dim(3);
        for (int kh = 0; kh < window.kernelHeight(); kh++) {
            for (int kw = 0; kw < window.kernelWidth(); kw++) {
                float weight = weights[(kernel * window.kernelHeight() + kh) * window.kernelWidth() + kw];
                for (int y = 0; y < inputShape.dim(2); y++) {
                    int oy = y * window.strideHeight() + kh * window.dilationHeight() - window.padTop();
                    if (oy < 0 || oy >= outputShape.dim(2)) {
                        continue;
                    }
                    for (int x = 0; x < width; x++) {
                        int ox = x * window.strideWidth() + kw * window.dilationWidth() - window.padLeft();
                        if (ox >= 0 && ox < outputWidth) {
                            int at = target + oy * outputWidth + ox;
                            output[at] = Math.fma(input[source + y * width + x], weight, output[at]);
                        }
                    }
                }
            }
        }
    }
}

package dev.lanewise.kernels.workload;

import dev.lanewise.kernels.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The trained numbers of a convolution.
 *
 * @param weights of {@link ConvWorkload#weightsShape}, row-major
 * @param bias one for each output channel, where the epilogue has one
 * @param scale one for each input channel, where the prologue is affine
 * @param shift as {@code scale}
 */
public record ConvParameters(
        float[] weights, float @Nullable [] bias, float @Nullable [] scale, float @Nullable [] shift) {

    public ConvParameters(float[] weights, float @Nullable [] bias) {
        this(weights, bias, null, null);
    }

    /** @throws IllegalArgumentException if an array is missing, superfluous or of the wrong length */
    public void requireFit(ConvWorkload workload) {
        requireFit("weights", weights, true, workload.weightsShape());
        requireFit("bias", bias, workload.epilogue().bias(), Shape.of(workload.outputChannels()));
        requireFit("scale", scale, workload.prologue().affine(), Shape.of(workload.inputChannels()));
        requireFit("shift", shift, workload.prologue().affine(), Shape.of(workload.inputChannels()));
    }

    private static void requireFit(String what, float @Nullable [] data, boolean expected, Shape shape) {
        if (expected != (data != null)) {
            throw new IllegalArgumentException("the workload has " + (expected ? "" : "no ") + what
                    + ", but its parameters have " + (expected ? "none" : "some"));
        }
        if (data != null && data.length != shape.size()) {
            throw new IllegalArgumentException(
                    what + " of shape " + shape + " has " + shape.size() + " elements, not " + data.length);
        }
    }
}

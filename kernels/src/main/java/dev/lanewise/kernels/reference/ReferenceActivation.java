package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.workload.Activation;

/** What every {@link Activation} computes, step by step. */
public final class ReferenceActivation {

    private ReferenceActivation() {}

    /** Applies an activation to every element, in place. */
    public static void apply(Activation activation, float[] data) {
        if (activation instanceof Activation.None) {
            return;
        }
        for (int i = 0; i < data.length; i++) {
            data[i] = apply(activation, data[i]);
        }
    }

    public static float apply(Activation activation, float x) {
        if (activation instanceof Activation.None) {
            return x;
        } else if (activation instanceof Activation.Relu) {
            return Math.max(x, 0);
        } else if (activation instanceof Activation.LeakyRelu leaky) {
            return x < 0 ? leaky.alpha() * x : x;
        } else if (activation instanceof Activation.Clip clip) {
            return Math.min(Math.max(x, clip.min()), clip.max());
        } else if (activation instanceof Activation.HardSigmoid hard) {
            return Math.max(0, Math.min(1, Math.fma(hard.alpha(), x, hard.beta())));
        } else if (activation instanceof Activation.HardSwish) {
            return ReferenceMath.hardSwish(x);
        } else if (activation instanceof Activation.Sigmoid) {
            return ReferenceMath.sigmoid(x);
        } else if (activation instanceof Activation.Silu) {
            return ReferenceMath.silu(x);
        }
        throw new IllegalArgumentException("unknown activation " + activation);
    }
}

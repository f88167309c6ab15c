package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.workload.Activation;
import java.util.Optional;

/**
 * An activation that only limits, as data instead of code: kernels that differ in nothing else share one class, and its
 * compilation.
 */
record Bounds(float lowest, float highest) {

    /** Leaves every number as it is. */
    static final Bounds NONE = new Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

    /** Of an activation that a comparison with {@code <=} and one with {@code >=} compute; empty for others. */
    static Optional<Bounds> of(Activation activation) {
        if (activation instanceof Activation.None) {
            return Optional.of(NONE);
        } else if (activation instanceof Activation.Relu) {
            return Optional.of(new Bounds(0, Float.POSITIVE_INFINITY));
        } else if (activation instanceof Activation.Clip clip && isPlain(clip)) {
            return Optional.of(new Bounds(clip.min(), clip.max()));
        }
        return Optional.empty();
    }

    /** A zero that loses against the zero of the other sign must leave that, so it takes another comparison. */
    private static boolean isPlain(Activation.Clip clip) {
        boolean numbers = !Float.isNaN(clip.min()) && !Float.isNaN(clip.max());
        return numbers
                && !Float.valueOf(clip.min()).equals(-0f)
                && !Float.valueOf(clip.max()).equals(0f);
    }

    /** As a kernel reads them. */
    float[] values() {
        return new float[] {lowest, highest};
    }
}

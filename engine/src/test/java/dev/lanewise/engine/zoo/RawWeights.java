package dev.lanewise.engine.zoo;

import dev.lanewise.engine.zoo.OnnxWriter.Elements;

/** Random weights before calibration: the same for the same seed and layer, whoever asks. */
record RawWeights(long seed) {

    Elements product(String layer) {
        long own = own(layer, "weight");
        return index -> Seeded.normal(own, index);
    }

    /** What calibration leaves of a bias: the channels' own levels. */
    Elements bias(String layer) {
        long own = own(layer, "bias");
        return index -> 0.2f * Seeded.normal(own, index);
    }

    Elements scale(String layer, float gain) {
        long own = own(layer, "scale");
        return index -> gain * Seeded.uniform(own, index, 0.75f, 1.25f);
    }

    /**
     * Most channels of a normalisation before an activation are shifted up, where activations are nearly linear: else Swish
     * exaggerates, from layer to layer, how much contrast an image has. Residual branches stay centred: else sums drift.
     */
    Elements shift(String layer, float gain) {
        long own = own(layer, "shift");
        float centre = gain < 1 ? 0 : 0.4f;
        return index -> gain * (centre + 0.25f * Seeded.normal(own, index));
    }

    private long own(String layer, String parameter) {
        return Seeded.bits(seed, (layer + "." + parameter).hashCode());
    }
}

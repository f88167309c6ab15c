package dev.lanewise.arrow.preprocess;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done to an image between decoding and the network: channels, resize, centre crop, then
 * {@code (pixel / 255 - mean) / std}, in this order.
 *
 * @param mean per channel, in units of pixel / 255 and in the network's channel order; one value stands for all channels
 * @param std as {@code mean}
 * @param channels what the network reads; null to take grey for a network with one input channel and RGB for three
 */
public record Preprocessing(
        Resize resize,
        Crop crop,
        float[] mean,
        float[] std,
        @Nullable Channels channels) implements Serializable {

    private static final Map<String, Preprocessing> PRESETS = presets();

    /** @throws IllegalArgumentException if mean or std have not one to three finite values, or a std is not positive */
    public Preprocessing {
        mean = requireValues("mean", mean);
        std = requireValues("std", std);
        for (float value : std) {
            if (value <= 0) {
                throw new IllegalArgumentException("std must be above 0, not " + value);
            }
        }
    }

    /**
     * Looks a preset up by its name:
     *
     * <ul>
     *   <li>{@code imagenet}: centre crop of the model's size (224 where that is open), after a resize of the shorter
     *       side to 256/224 of it; ImageNet's mean and standard deviation
     *   <li>{@code raw}: no resize, no crop, values 0 to 255
     *   <li>{@code unit}: no resize, no crop, values 0 to 1
     *   <li>{@code inception}: resize and crop as {@code imagenet}, values -1 to 1
     * </ul>
     *
     * @throws IllegalArgumentException for another name, listing the known ones
     */
    public static Preprocessing preset(String name) {
        Preprocessing preset = PRESETS.get(name);
        if (preset == null) {
            throw new IllegalArgumentException(
                    "unknown preset '" + name + "'; the presets are " + String.join(", ", presetNames()));
        }
        return preset;
    }

    public static List<String> presetNames() {
        return List.copyOf(PRESETS.keySet());
    }

    public Preprocessing withResize(Resize newResize) {
        return new Preprocessing(newResize, crop, mean, std, channels);
    }

    public Preprocessing withCrop(Crop newCrop) {
        return new Preprocessing(resize, newCrop, mean, std, channels);
    }

    public Preprocessing withMean(float... newMean) {
        return new Preprocessing(resize, crop, newMean, std, channels);
    }

    public Preprocessing withStd(float... newStd) {
        return new Preprocessing(resize, crop, mean, newStd, channels);
    }

    public Preprocessing withChannels(@Nullable Channels newChannels) {
        return new Preprocessing(resize, crop, mean, std, newChannels);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Preprocessing that
                && resize.equals(that.resize)
                && crop.equals(that.crop)
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(std, that.std)
                && channels == that.channels;
    }

    @Override
    public int hashCode() {
        return Objects.hash(resize, crop, Arrays.hashCode(mean), Arrays.hashCode(std), channels);
    }

    @Override
    public String toString() {
        return resize + ", " + crop + ", mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std)
                + ", channels " + (channels == null ? "of the model" : channels);
    }

    private static Map<String, Preprocessing> presets() {
        float[] zero = {0};
        float[] one = {1};
        float[] half = {0.5f};
        Resize aroundCrop = new Resize.AroundCrop();
        Crop modelSize = new Crop.ModelSize(224);
        Map<String, Preprocessing> presets = new LinkedHashMap<>();
        presets.put(
                "imagenet",
                new Preprocessing(
                        aroundCrop,
                        modelSize,
                        new float[] {0.485f, 0.456f, 0.406f},
                        new float[] {0.229f, 0.224f, 0.225f},
                        null));
        presets.put("raw", new Preprocessing(Resize.NONE, Crop.NONE, zero, new float[] {1 / 255f}, null));
        presets.put("unit", new Preprocessing(Resize.NONE, Crop.NONE, zero, one, null));
        presets.put("inception", new Preprocessing(aroundCrop, modelSize, half, half, null));
        return presets;
    }

    private static float[] requireValues(String what, float[] values) {
        if (values.length < 1 || values.length > 3) {
            throw new IllegalArgumentException(
                    what + " must have 1 value or one per channel, not " + values.length + " values");
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(what + " must be finite, not " + value);
            }
        }
        return values.clone();
    }
}

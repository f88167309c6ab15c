package dev.lanewise.arrow.score;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the network says about one image.
 *
 * @param prediction the index of the highest class, the lower one of equals; -1 if there is an error or no class is wanted
 * @param probability that class's probability (its raw output if no activation applies), NaN if there is none
 * @param topIndices the highest classes, best first
 * @param topProbabilities their probabilities
 * @param probabilities all classes' probabilities, by class; empty unless {@link ScoringOutputs#allProbabilities}
 * @param values the image's part of each of {@link ScoringOutputs#values}, flattened
 * @param error why the image could not be scored, in one line; null if it was
 */
public record ImageScore(
        int prediction,
        float probability,
        int[] topIndices,
        float[] topProbabilities,
        float[] probabilities,
        List<float[]> values,
        @Nullable String error) {

    private static final int[] NO_CLASSES = {};
    private static final float[] NO_VALUES = {};

    /** The best classes alone. */
    public static ImageScore best(int[] topIndices, float[] topProbabilities) {
        return new ImageScore(
                topIndices[0], topProbabilities[0], topIndices, topProbabilities, NO_VALUES, List.of(), null);
    }

    /** Values of the network alone. */
    static ImageScore of(List<float[]> values) {
        return new ImageScore(-1, Float.NaN, NO_CLASSES, NO_VALUES, NO_VALUES, values, null);
    }

    public static ImageScore failed(String error) {
        return new ImageScore(-1, Float.NaN, NO_CLASSES, NO_VALUES, NO_VALUES, List.of(), error);
    }

    ImageScore withProbabilities(float[] all) {
        return new ImageScore(prediction, probability, topIndices, topProbabilities, all, values, error);
    }

    ImageScore withValues(List<float[]> newValues) {
        return new ImageScore(prediction, probability, topIndices, topProbabilities, probabilities, newValues, error);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageScore that
                && prediction == that.prediction
                && Float.floatToIntBits(probability) == Float.floatToIntBits(that.probability)
                && Arrays.equals(topIndices, that.topIndices)
                && Arrays.equals(topProbabilities, that.topProbabilities)
                && Arrays.equals(probabilities, that.probabilities)
                && values.size() == that.values.size()
                && IntStream.range(0, values.size()).allMatch(i -> Arrays.equals(values.get(i), that.values.get(i)))
                && Objects.equals(error, that.error);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                prediction, probability, Arrays.hashCode(topIndices), Arrays.hashCode(topProbabilities), error);
    }

    @Override
    public String toString() {
        return error != null
                ? "error: " + error
                : prediction + " (" + probability + "), top " + Arrays.toString(topIndices) + " "
                        + Arrays.toString(topProbabilities);
    }
}

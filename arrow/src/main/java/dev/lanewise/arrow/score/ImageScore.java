package dev.lanewise.arrow.score;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the network says about one image.
 *
 * @param prediction the index of the highest class, -1 if there is an error; the lower index wins a tie
 * @param probability that class's probability (its raw output if no activation applies), NaN if there is an error
 * @param topIndices the highest classes, best first
 * @param topProbabilities their probabilities
 * @param error why the image could not be scored, in one line; null if it was
 */
public record ImageScore(
        int prediction,
        float probability,
        int[] topIndices,
        float[] topProbabilities,
        @Nullable String error) {

    public static ImageScore failed(String error) {
        return new ImageScore(-1, Float.NaN, new int[0], new float[0], error);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageScore that
                && prediction == that.prediction
                && Float.floatToIntBits(probability) == Float.floatToIntBits(that.probability)
                && Arrays.equals(topIndices, that.topIndices)
                && Arrays.equals(topProbabilities, that.topProbabilities)
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

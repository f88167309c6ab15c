package dev.lanewise.arrow.score;

import java.io.Serializable;
import java.util.List;

/**
 * What is wanted of every image.
 *
 * @param classes the best classes and their probabilities; the network must then map images to classes
 * @param allProbabilities the probabilities of all classes as well, see {@link ImageScore#probabilities}
 * @param values values of the network by name, outputs or what flows between its nodes, such as an embedding, see
 *     {@link ImageScore#values}
 */
public record ScoringOutputs(boolean classes, boolean allProbabilities, List<String> values) implements Serializable {

    /** The best classes alone. */
    public static final ScoringOutputs BEST_CLASSES = new ScoringOutputs(true, false, List.of());

    /** @throws IllegalArgumentException if nothing is wanted, or the probabilities of no classes */
    public ScoringOutputs {
        values = List.copyOf(values);
        if (!classes && (allProbabilities || values.isEmpty())) {
            throw new IllegalArgumentException(
                    allProbabilities
                            ? "all probabilities are wanted, but no classes"
                            : "nothing is wanted of an image");
        }
    }

    /** The flattened values of the network alone. */
    public static ScoringOutputs values(List<String> names) {
        return new ScoringOutputs(false, false, names);
    }
}

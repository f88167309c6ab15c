package dev.lanewise.arrow.score;

import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What is known of a model and options that fit each other, before any image comes; nothing is started for it.
 *
 * @param inputs what rows offer something for, in their order
 * @param rows how many rows every run has; empty if any number will do
 * @param classes as {@link ImageScorer#classes}
 */
public record ModelFit(List<NetworkInput> inputs, OptionalInt rows, OptionalInt classes) {

    /** @throws IllegalArgumentException if they do not fit, as {@link ImageScorer#of} says */
    public static ModelFit of(Model model, ScoringOptions options) {
        Classifier classifier = new Classifier(model, options);
        return of(classifier.inputs(), classifier.fixedBatch(), classifier.classes());
    }

    /** The inputs alone: what is wanted of an image is not looked at, and classes are not counted. */
    public static ModelFit ofInputs(Model model, ScoringOptions options) {
        List<NetworkInput> inputs = NetworkInput.of(model, options);
        return of(inputs, NetworkInput.fixedBatch(model, inputs), OptionalInt.empty());
    }

    private static ModelFit of(List<NetworkInput> inputs, int fixedBatch, OptionalInt classes) {
        return new ModelFit(inputs, fixedBatch < 0 ? OptionalInt.empty() : OptionalInt.of(fixedBatch), classes);
    }

    /**
     * Checks the names of classes.
     *
     * @param model for the message
     * @param labels empty if classes have no names
     * @throws IllegalArgumentException if there are not as many as classes, where these are known
     */
    public void requireLabels(String model, List<String> labels) {
        if (!labels.isEmpty() && classes.isPresent() && classes.getAsInt() != labels.size()) {
            throw new IllegalArgumentException("model " + model + " has " + classes.getAsInt()
                    + " classes, but there are " + labels.size()
                    + " labels; give one label per class, in the order of the model's output");
        }
    }

    /**
     * The shapes of the smallest run's inputs by their names, as far as images become what the network reads; empty if one
     * depends on the images.
     */
    public Optional<Map<String, Shape>> shapes() {
        return inputs.stream().allMatch(input -> input.imageShape().isPresent())
                ? Optional.of(inputs.stream()
                        .collect(Collectors.toMap(
                                NetworkInput::name,
                                input -> NetworkInput.batch(
                                        rows.orElse(1), input.imageShape().orElseThrow()))))
                : Optional.empty();
    }
}

package dev.lanewise.benchmarks.model;

import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.zoo.Seeded;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images that a network takes.
 *
 * @param name of the input
 * @param fixedBatch the only batch size that the network takes; null if it takes any
 */
record ModelInput(
        String name,
        int channels,
        int height,
        int width,
        @Nullable Integer fixedBatch) {

    /** Not one on which the networks of the zoo were calibrated. */
    private static final long SEED = 1009;

    private static final int RANK = 4;

    /**
     * @param given shapes by input, for what the network leaves open; the first dimension, the batch, does not matter
     * @throws IllegalArgumentException if the network wants anything but images, or their size is not known
     */
    static ModelInput of(List<GraphValue> inputs, Map<String, List<Integer>> given) {
        GraphValue input = inputs.size() == 1 ? inputs.get(0) : null;
        List<Dimension> dimensions = input == null ? null : input.type().dimensions();
        if (input == null
                || input.type().elementType() != ElementType.FLOAT32
                || (dimensions != null && dimensions.size() != RANK)) {
            throw new IllegalArgumentException(
                    "only networks with one input, FLOAT32[N,C,H,W], are measured, not " + inputs);
        }
        int[] image = new int[RANK];
        for (int axis = 1; axis < RANK; axis++) {
            image[axis] = size(input, axis, given.get(input.name()));
        }
        Dimension batch = dimensions == null ? Dimension.unknown() : dimensions.get(0);
        return new ModelInput(input.name(), image[1], image[2], image[3], batch.isKnown() ? (int) batch.size() : null);
    }

    private static int size(GraphValue input, int axis, @Nullable List<Integer> given) {
        List<Dimension> dimensions = input.type().dimensions();
        Dimension declared = dimensions == null ? Dimension.unknown() : dimensions.get(axis);
        if (given != null && given.size() != RANK) {
            throw new IllegalArgumentException("input '" + input.name() + "' has four dimensions, not " + given.size());
        }
        if (!declared.isKnown()) {
            if (given == null) {
                throw new IllegalArgumentException("the model leaves open what images '" + input.name() + "', "
                        + input.type() + ", takes; say it, as in --shape " + input.name() + "=1x3x224x224");
            }
            return given.get(axis);
        }
        if (given != null && given.get(axis) != declared.size()) {
            throw new IllegalArgumentException(
                    "input '" + input.name() + "' is " + input.type() + "; --shape " + given + " does not fit");
        }
        return (int) declared.size();
    }

    /** Batch sizes to measure: those asked for, or the only possible one. */
    List<Integer> batches(List<Integer> asked) {
        return fixedBatch == null ? asked : List.of(fixedBatch);
    }

    /** The smallest batch. */
    int leastBatch() {
        return fixedBatch == null ? 1 : fixedBatch;
    }

    Shape shape(int batch) {
        return Shape.of(batch, channels, height, width);
    }

    /** Image-like values, the same in every JVM. */
    FloatTensor images(int batch) {
        return Seeded.images(SEED, batch, channels, height, width);
    }
}

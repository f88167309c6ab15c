package dev.lanewise.arrow.score;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A model seen as what maps images {@code [N, C, H, W]} to classes {@code [N, classes]}. Safe to share between threads. */
final class Classifier {

    private static final int OPEN = -1;

    /** So that threads rarely wait for one that has a slower row. */
    private static final int ROWS_FOR_EACH_THREAD = 4;

    /**
     * What the network says about one image, or why it says nothing.
     *
     * @param probabilities of all classes; empty if no classes are wanted
     * @param values the image's part of each value wanted, flattened
     */
    record Answer(
            float[] probabilities,
            List<float[]> values,
            @Nullable String error) {

        private static final float[] NONE = {};

        static Answer failed(String error) {
            return new Answer(NONE, List.of(), error);
        }
    }

    private final Model model;
    private final List<NetworkInput> inputs;
    private final int fixedBatch;
    /** The output that holds the classes' scores; null if no classes are wanted. */
    private final @Nullable String scores;

    private final int classes;
    private final boolean softmax;
    private final List<String> values;

    /** @throws IllegalArgumentException if the model's inputs and outputs are others */
    Classifier(Model model, ScoringOptions options) {
        this.model = model;
        inputs = NetworkInput.of(model, options);
        fixedBatch = NetworkInput.fixedBatch(model, inputs);
        ScoringOutputs wanted = options.outputs();
        values = wanted.values();
        checkValues();
        GraphValue output = model.outputs().get(0);
        if (wanted.classes()
                && (output.type().elementType() != ElementType.FLOAT32
                        || !mayBeScores(output.type().dimensions()))) {
            throw NetworkInput.unfit(model, "its output '" + output.name() + "' is " + output.type());
        }
        scores = wanted.classes() ? output.name() : null;
        List<Dimension> rows = output.type().dimensions();
        classes = scores == null || rows == null ? OPEN : NetworkInput.size(rows.get(1));
        softmax = switch (options.activation()) {
            case SOFTMAX -> true;
            case NONE -> false;
            case AUTO ->
                model.computer(output.name())
                        .map(type -> !type.equals("Softmax") && !type.equals("Sigmoid"))
                        .orElse(true);
        };
    }

    private void checkValues() {
        try {
            model.checkValues(values);
        } catch (ModelException unknown) {
            throw new IllegalArgumentException(unknown.getMessage(), unknown);
        }
    }

    /** What rows offer something for, in their order. */
    List<NetworkInput> inputs() {
        return inputs;
    }

    /** How many images every run must have; -1 if any number will do. */
    int fixedBatch() {
        return fixedBatch;
    }

    /** How many classes the model tells apart; empty if that is known at run time alone. */
    OptionalInt classes() {
        return classes == OPEN ? OptionalInt.empty() : OptionalInt.of(classes);
    }

    /**
     * What the network says about some images of one size, in their order. An image on which it fails fails alone.
     *
     * @param images makes tensors {@code [rows, ...]} of some of the images, the remaining rows 0
     * @throws CancellationException if the run was cancelled
     */
    Answer[] classify(Images images, int[] rows, WorkerPool pool, BooleanSupplier cancelled) {
        Answer[] all = new Answer[rows.length];
        int step = fixedBatch == OPEN ? Math.max(1, rowsAtOnce(rows.length, pool.threads())) : fixedBatch;
        for (int from = 0; from < rows.length; from += step) {
            int[] some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + step));
            Answer[] answers = run(images, some, pool, cancelled);
            for (int i = 0; i < some.length; i++) {
                boolean again = answers[i].error() != null && some.length > 1;
                all[from + i] = again ? run(images, new int[] {some[i]}, pool, cancelled)[0] : answers[i];
            }
        }
        return all;
    }

    /** Where rows are run one by one, few are normalised at a time, so that they come from a cache. */
    private int rowsAtOnce(int rows, int threads) {
        return model.isRunRowByRow() ? Math.min(rows, threads == 1 ? 1 : ROWS_FOR_EACH_THREAD * threads) : rows;
    }

    /** Makes a network's inputs of some images of one size. */
    @FunctionalInterface
    interface Images {

        /** By the inputs' names. */
        Map<String, Tensor> tensors(int[] rows, int paddedTo);
    }

    private Answer[] run(Images images, int[] rows, WorkerPool pool, BooleanSupplier cancelled) {
        int count = fixedBatch == OPEN ? rows.length : fixedBatch;
        Answer[] answers = new Answer[rows.length];
        try {
            Map<String, Tensor> results = results(images.tensors(rows, count), pool, cancelled);
            float[] probabilities = scores == null ? Answer.NONE : probabilities(results.get(scores), count);
            List<Tensor> flat = values.stream()
                    .map(results::get)
                    .map(Objects::requireNonNull)
                    .toList();
            for (int i = 0; i < rows.length; i++) {
                int row = i;
                answers[i] = checked(new Answer(
                        row(probabilities, row, count),
                        flat.stream().map(value -> row(value, row, count)).toList(),
                        null));
            }
        } catch (CancellationException cancelledRun) {
            throw cancelledRun;
        } catch (RuntimeException failure) {
            // Whatever an operator throws on this input is about this input: the model itself has been checked.
            Arrays.fill(answers, Answer.failed("the model failed on this image: " + oneLine(failure)));
        }
        return answers;
    }

    private Map<String, Tensor> results(Map<String, Tensor> inputs, WorkerPool pool, BooleanSupplier cancelled) {
        if (values.isEmpty()) {
            return model.run(inputs, pool, cancelled);
        }
        List<String> wanted = new ArrayList<>(values);
        if (scores != null && !wanted.contains(scores)) {
            wanted.add(scores);
        }
        return model.run(inputs, wanted, pool, cancelled);
    }

    private float[] probabilities(@Nullable Tensor output, int count) {
        if (!(output instanceof FloatTensor rows)
                || rows.shape().rank() < 2
                || rows.shape().dim(0) != count
                || rows.shape().dim(1) < 1
                || rows.shape().sizeOf(2, rows.shape().rank()) != 1) {
            throw new ModelException(
                    "its output '" + scores + "' is " + output + ", not " + count + " rows with one score per class");
        }
        FloatTensor flat = rows.reshape(Shape.of(count, rows.shape().dim(1)));
        Tensor activated = softmax ? ReferenceNormalization.softmax(flat, 1, false, false) : flat;
        return ((FloatTensor) activated).data();
    }

    private static float[] row(Tensor value, int row, int count) {
        if (!(value instanceof FloatTensor floats)
                || value.shape().rank() < 1
                || value.shape().dim(0) != count) {
            throw new ModelException("a value wanted is " + value + ", not " + count + " rows of FLOAT32");
        }
        return row(floats.data(), row, count);
    }

    private static float[] row(float[] rows, int row, int count) {
        int elements = rows.length / count;
        return Arrays.copyOfRange(rows, row * elements, (row + 1) * elements);
    }

    private static Answer checked(Answer answer) {
        return hasNaN(answer.probabilities()) || answer.values().stream().anyMatch(Classifier::hasNaN)
                ? Answer.failed("the model's output for this image is not a number (NaN)")
                : answer;
    }

    private static boolean hasNaN(float[] values) {
        for (float value : values) {
            if (Float.isNaN(value)) {
                return true;
            }
        }
        return false;
    }

    private static String oneLine(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
    }

    /** Two dimensions, or more that are 1. */
    private static boolean mayBeScores(@Nullable List<Dimension> dimensions) {
        return dimensions == null
                || (dimensions.size() >= 2 && dimensions.stream().skip(2).allMatch(d -> !d.isKnown() || d.size() == 1));
    }
}

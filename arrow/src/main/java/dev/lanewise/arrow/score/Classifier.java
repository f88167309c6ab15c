package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.kernels.reference.ReferenceNormalization;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A model seen as what maps images {@code [N, C, H, W]} to classes {@code [N, classes]}. Safe to share between threads. */
final class Classifier {

    private static final int OPEN = -1;

    /** One image's scores, or why it has none. */
    record Scores(float @Nullable [] values, @Nullable String error) {

        static Scores of(float[] values) {
            return new Scores(values, null);
        }

        static Scores failed(String error) {
            return new Scores(null, error);
        }
    }

    private final Model model;
    private final String input;
    private final int fixedBatch;
    private final int channels;
    private final int height;
    private final int width;
    private final String output;
    private final int classes;
    private final boolean softmax;

    /** @throws IllegalArgumentException if the model's inputs and outputs are others */
    Classifier(Model model, Activation activation) {
        this.model = model;
        if (model.inputs().size() != 1) {
            throw unfit(model, "it takes " + model.inputs().size() + " inputs");
        }
        GraphValue image = model.inputs().get(0);
        List<Dimension> dimensions = image.type().dimensions();
        if (image.type().elementType() != ElementType.FLOAT32 || dimensions == null || dimensions.size() != 4) {
            throw unfit(model, "its input '" + image.name() + "' is " + image.type());
        }
        input = image.name();
        fixedBatch = size(dimensions.get(0));
        channels = size(dimensions.get(1));
        height = size(dimensions.get(2));
        width = size(dimensions.get(3));
        GraphValue scores = model.outputs().get(0);
        if (scores.type().elementType() != ElementType.FLOAT32
                || !mayBeScores(scores.type().dimensions())) {
            throw unfit(model, "its output '" + scores.name() + "' is " + scores.type());
        }
        output = scores.name();
        List<Dimension> rows = scores.type().dimensions();
        classes = rows == null ? OPEN : size(rows.get(1));
        softmax = switch (activation) {
            case SOFTMAX -> true;
            case NONE -> false;
            case AUTO ->
                model.computer(output)
                        .map(type -> !type.equals("Softmax") && !type.equals("Sigmoid"))
                        .orElse(true);
        };
    }

    Preprocessor preprocessor(Preprocessing preprocessing, ImageLimits limits) {
        return Preprocessor.of(preprocessing, channels, height, width, limits);
    }

    /** How many images every run must have; -1 if any number will do. */
    int fixedBatch() {
        return fixedBatch;
    }

    /** How many classes the model tells apart; empty if that is known at run time alone. */
    OptionalInt classes() {
        return classes == OPEN ? OptionalInt.empty() : OptionalInt.of(classes);
    }

    /** The scores of some of the images, in this order. An image on which the model fails fails alone. */
    Scores[] classify(ImageBatch images, int[] rows) {
        Scores[] all = new Scores[rows.length];
        int step = fixedBatch == OPEN ? Math.max(1, rows.length) : fixedBatch;
        for (int from = 0; from < rows.length; from += step) {
            int[] some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + step));
            Scores[] scores = run(images, some);
            for (int i = 0; i < some.length; i++) {
                boolean again = scores[i].error() != null && some.length > 1;
                all[from + i] = again ? run(images, new int[] {some[i]})[0] : scores[i];
            }
        }
        return all;
    }

    private Scores[] run(ImageBatch images, int[] rows) {
        Scores[] scores = new Scores[rows.length];
        float[] values;
        try {
            values = activated(images, rows);
        } catch (RuntimeException failure) {
            // Whatever an operator throws on this input is about this input: the model itself has been checked.
            Arrays.fill(scores, Scores.failed("the model failed on this image: " + oneLine(failure)));
            return scores;
        }
        int classes = values.length / (fixedBatch == OPEN ? rows.length : fixedBatch);
        for (int i = 0; i < rows.length; i++) {
            float[] row = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
            scores[i] = hasNaN(row)
                    ? Scores.failed("the model's output for this image is not a number (NaN)")
                    : Scores.of(row);
        }
        return scores;
    }

    /** A model with a fixed batch gets black images to fill it. */
    private float[] activated(ImageBatch images, int[] rows) {
        int count = fixedBatch == OPEN ? rows.length : fixedBatch;
        FloatTensor batch = images.normalized(rows, count);
        Tensor result = model.run(Map.of(input, batch)).get(output);
        if (!(result instanceof FloatTensor scores)
                || scores.shape().rank() < 2
                || scores.shape().dim(0) != count
                || scores.shape().dim(1) < 1
                || scores.shape().sizeOf(2, scores.shape().rank()) != 1) {
            throw new ModelException(
                    "its output '" + output + "' is " + result + ", not " + count + " rows with one score per class");
        }
        FloatTensor flat = scores.reshape(Shape.of(count, scores.shape().dim(1)));
        Tensor activated = softmax ? ReferenceNormalization.softmax(flat, 1, false, false) : flat;
        return ((FloatTensor) activated).data();
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

    private static int size(Dimension dimension) {
        return dimension.isKnown() ? Math.toIntExact(dimension.size()) : OPEN;
    }

    /** Two dimensions, or more that are 1. */
    private static boolean mayBeScores(@Nullable List<Dimension> dimensions) {
        return dimensions == null
                || (dimensions.size() >= 2 && dimensions.stream().skip(2).allMatch(d -> !d.isKnown() || d.size() == 1));
    }

    private static IllegalArgumentException unfit(Model model, String reason) {
        return new IllegalArgumentException(model + " does not map images to classes: " + reason
                + "; needed are one FLOAT32 input [N,C,H,W] and a first output [N,classes]");
    }
}

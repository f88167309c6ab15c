package dev.lanewise.arrow.score;

import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageHeader;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One of a network's inputs, {@code FLOAT32[N, ...]}: what a row may offer for it, and what becomes of that. An input
 * {@code [N, C, H, W]} with the channels of an image takes images; any whose dimensions but the first are fixed takes
 * values. Immutable and safe to share between threads.
 */
public final class NetworkInput {

    private static final int OPEN = -1;

    private final GraphValue value;
    /** Whether rows offer something for each of several inputs, so that reasons have to name this one. */
    private final boolean named;

    private final int[] dimensions;
    private final @Nullable Preprocessor preprocessor;
    private final @Nullable String noImages;

    private NetworkInput(
            GraphValue value,
            boolean named,
            int[] dimensions,
            @Nullable Preprocessor preprocessor,
            @Nullable String noImages) {
        this.value = value;
        this.named = named;
        this.dimensions = dimensions;
        this.preprocessor = preprocessor;
        this.noImages = noImages;
    }

    /**
     * The inputs in the order in which rows offer something for them: that of {@link ScoringOptions#inputs}, or the only
     * one, which then takes images.
     *
     * @throws IllegalArgumentException if the model has other inputs, they are not {@code FLOAT32[N, ...]} with the same N,
     *     or the preprocessing does not fit the only one
     */
    public static List<NetworkInput> of(Model model, ScoringOptions options) {
        if (options.inputs().isEmpty()) {
            return List.of(only(model, options));
        }
        Set<String> spare = new HashSet<>(options.inputs());
        for (GraphValue input : model.inputs()) {
            if (!spare.remove(input.name())) {
                throw new IllegalArgumentException(
                        "nothing is given for the input '" + input.name() + "' of " + model + "; " + has(model));
            }
        }
        if (!spare.isEmpty()) {
            throw new IllegalArgumentException(
                    model + " has no input '" + spare.iterator().next() + "'; " + has(model));
        }
        List<NetworkInput> inputs = new ArrayList<>();
        for (String name : options.inputs()) {
            GraphValue value = model.inputs().stream()
                    .filter(input -> input.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            inputs.add(named(model, value, options));
        }
        fixedBatch(model, inputs);
        return List.copyOf(inputs);
    }

    private static NetworkInput only(Model model, ScoringOptions options) {
        if (model.inputs().size() != 1) {
            throw unfit(
                    model, "it takes " + model.inputs().size() + " inputs, which must be given by name; " + has(model));
        }
        GraphValue value = model.inputs().get(0);
        int[] dimensions = dimensions(value);
        if (dimensions.length != 4) {
            throw unfit(model, "its input '" + value.name() + "' is " + value.type());
        }
        return new NetworkInput(value, false, dimensions, preprocessor(dimensions, options), null);
    }

    private static NetworkInput named(Model model, GraphValue value, ScoringOptions options) {
        int[] dimensions = dimensions(value);
        if (dimensions.length == 0) {
            throw new IllegalArgumentException("the input '" + value.name() + "' of " + model + " is " + value.type()
                    + "; inputs must be FLOAT32[N,...], with a row of a dataset for each of N");
        }
        if (dimensions.length != 4) {
            return new NetworkInput(
                    value, true, dimensions, null, "it is " + value.type() + ", not an image [N,C,H,W]");
        }
        try {
            return new NetworkInput(value, true, dimensions, preprocessor(dimensions, options), null);
        } catch (IllegalArgumentException unfit) {
            return new NetworkInput(value, true, dimensions, null, unfit.getMessage());
        }
    }

    private static Preprocessor preprocessor(int[] dimensions, ScoringOptions options) {
        return Preprocessor.of(options.preprocessing(), dimensions[1], dimensions[2], dimensions[3], options.limits());
    }

    /** How many rows every run must have; -1 if any number will do. */
    static int fixedBatch(Model model, List<NetworkInput> inputs) {
        int fixed = OPEN;
        for (NetworkInput input : inputs) {
            int batch = input.dimensions[0];
            if (fixed != OPEN && batch != OPEN && batch != fixed) {
                throw new IllegalArgumentException("the inputs of " + model + " differ in N, the number of rows: "
                        + fixed + " and " + batch + "; " + has(model));
            }
            fixed = batch == OPEN ? fixed : batch;
        }
        return fixed;
    }

    /** The input's name in the ONNX file. */
    public String name() {
        return value.name();
    }

    /** How many values a row has for this input; empty if that is known at run time alone, so that it takes no values. */
    public OptionalInt elements() {
        Optional<Shape> shape = rowShape();
        return shape.isPresent() ? OptionalInt.of(shape.get().size()) : OptionalInt.empty();
    }

    /** Why this input takes no images; empty if it takes them. */
    public Optional<String> noImages() {
        return Optional.ofNullable(noImages);
    }

    /** What makes images fit; empty if this input takes none. */
    public Optional<Preprocessor> preprocessor() {
        return Optional.ofNullable(preprocessor);
    }

    /** What the network reads of one row, such as {@code [C, H, W]}; empty if the model and the options leave it open. */
    public Optional<Shape> rowShape() {
        int[] row = new int[dimensions.length - 1];
        System.arraycopy(dimensions, 1, row, 0, row.length);
        for (int size : row) {
            if (size == OPEN) {
                return Optional.empty();
            }
        }
        return Optional.of(Shape.of(row));
    }

    /** As {@link #rowShape}, of images: their size may be the preprocessing's. */
    public Optional<Shape> imageShape() {
        ImageSize size = preprocessor == null ? null : preprocessor.fixedSize();
        return preprocessor == null || size == null
                ? rowShape()
                : Optional.of(Shape.of(preprocessor.channels().count(), size.height(), size.width()));
    }

    /** Of so many rows, {@code [rows, ...]}. */
    static Shape batch(int rows, Shape row) {
        int[] dimensions = new int[row.rank() + 1];
        dimensions[0] = rows;
        System.arraycopy(row.toArray(), 0, dimensions, 1, row.rank());
        return Shape.of(dimensions);
    }

    /**
     * Finds what something offered for this input will become, without decoding it.
     *
     * @throws ImageException if this input does not take it
     */
    Candidate.Part examine(ImageInput offered, ImageDecoder decoder) throws ImageException {
        if (offered instanceof ImageInput.Missing missing) {
            throw new ImageException(missing.reason());
        }
        if (offered instanceof ImageInput.Values values) {
            return examine(values);
        }
        if (preprocessor == null) {
            throw new ImageException("the model takes no images here: " + noImages);
        }
        ImageSize size = preprocessor.fixedSize();
        long given;
        if (offered instanceof ImageInput.Encoded file) {
            given = file.bytes().length;
            if (size == null) {
                ImageHeader header = decoder.header(file.bytes());
                size = preprocessor.outputSize(header.width(), header.height());
            }
        } else if (offered instanceof ImageInput.Decoded decoded) {
            given = decoded.pixels().data().length;
            size = preprocessor.outputSize(
                    decoded.pixels().width(), decoded.pixels().height());
        } else {
            throw new IllegalArgumentException("several inputs within one: " + offered);
        }
        long pixels = (long) size.height() * size.width();
        return new Candidate.Part(
                offered, size, given + pixels * preprocessor.channels().count());
    }

    private Candidate.Part examine(ImageInput.Values values) throws ImageException {
        int given = values.elements().length;
        OptionalInt wanted = elements();
        if (wanted.isEmpty()) {
            throw new ImageException(
                    "the model leaves the size of its input open, so that " + given + " values have no shape");
        }
        if (given != wanted.getAsInt()) {
            throw new ImageException(
                    "there are " + given + " values, but the model's input takes " + wanted.getAsInt());
        }
        return new Candidate.Part(values, null, (long) given * Float.BYTES);
    }

    /** A reason, which names this input where there are others. */
    @Nullable
    String about(@Nullable String reason) {
        return named && reason != null ? "input '" + name() + "': " + reason : reason;
    }

    @Override
    public String toString() {
        return "'" + name() + "' " + value.type();
    }

    /** Of an input {@code FLOAT32[N, ...]}, -1 where they are open; none if it is another. */
    private static int[] dimensions(GraphValue value) {
        List<Dimension> dimensions = value.type().dimensions();
        return dimensions == null || value.type().elementType() != ElementType.FLOAT32
                ? new int[0]
                : dimensions.stream().mapToInt(NetworkInput::size).toArray();
    }

    /** -1 if it is known at run time alone. */
    static int size(Dimension dimension) {
        return dimension.isKnown() ? Math.toIntExact(dimension.size()) : OPEN;
    }

    private static String has(Model model) {
        return "its inputs are "
                + model.inputs().stream()
                        .map(input -> "'" + input.name() + "' " + input.type())
                        .collect(Collectors.joining(", "));
    }

    static IllegalArgumentException unfit(Model model, String reason) {
        return new IllegalArgumentException(model + " does not map images to classes: " + reason
                + "; needed are one FLOAT32 input [N,C,H,W], or several given by name, and a first output [N,classes]");
    }
}

package dev.lanewise.spark;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.arrow.score.ScoringOutputs;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link ImageInference} runs, and on which column. Made by a {@link #builder}; belongs to the driver. */
public final class InferenceOptions {

    private final @Nullable String modelPath;
    private final @Nullable ModelSource model;
    private final @Nullable String inputCol;
    private final Map<String, String> inputs;
    private final boolean dropInput;
    private final List<String> labels;
    private final @Nullable String labelsPath;
    private final Map<String, String> outputs;
    private final @Nullable String resultCol;
    private final ModelOptions modelOptions;
    private final HandleInvalid handleInvalid;
    private final @Nullable Integer threads;
    private final ScoringOptions scoring;

    private InferenceOptions(Builder builder) {
        modelPath = builder.modelPath;
        model = builder.model;
        inputCol = builder.inputCol;
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inputs));
        dropInput = builder.dropInput;
        labels = builder.labels;
        labelsPath = builder.labelsPath;
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.outputs));
        resultCol = builder.resultCol;
        modelOptions = new ModelOptions(builder.winograd);
        handleInvalid = builder.handleInvalid;
        threads = builder.threads;
        scoring = builder.scoring
                .withInputs(List.copyOf(builder.inputs.keySet()))
                .withOutputs(new ScoringOutputs(
                        builder.classes, builder.allProbabilities, List.copyOf(builder.outputs.values())));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that has these options already. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.modelPath = modelPath;
        builder.model = model;
        builder.inputCol = inputCol;
        builder.inputs = inputs;
        builder.dropInput = dropInput;
        builder.labels = labels;
        builder.labelsPath = labelsPath;
        builder.classes = scoring.outputs().classes();
        builder.allProbabilities = scoring.outputs().allProbabilities();
        builder.outputs = outputs;
        builder.resultCol = resultCol;
        builder.winograd = modelOptions.winograd();
        builder.handleInvalid = handleInvalid;
        builder.threads = threads;
        builder.scoring = scoring;
        return builder;
    }

    /** Where the model is; null if its bytes were given. */
    @Nullable
    String modelPath() {
        return modelPath;
    }

    /** The model's bytes; null if its path was given. */
    @Nullable
    ModelSource model() {
        return model;
    }

    /** The column of images, where the model has one input and {@link #inputs} is empty. */
    public String inputCol() {
        return inputCol == null ? Builder.DEFAULT_INPUT_COL : inputCol;
    }

    /** The columns by the model's inputs that they are for, in their order; empty if there is one column of images. */
    public Map<String, String> inputs() {
        return inputs;
    }

    public boolean dropInput() {
        return dropInput;
    }

    /** The classes' names in the order of the network's output; empty if none were given. */
    public List<String> labels() {
        return labels;
    }

    /** Where the classes' names are; null if they, or none, were given. */
    public @Nullable String labelsPath() {
        return labelsPath;
    }

    /** The network's values that become columns, by the columns' names, in their order. */
    public Map<String, String> outputs() {
        return outputs;
    }

    /** The struct column that holds the result; null if the result is columns of its own. */
    public @Nullable String resultCol() {
        return resultCol;
    }

    /** How the network is compiled: by the driver, for all executors. */
    public ModelOptions modelOptions() {
        return modelOptions;
    }

    public HandleInvalid handleInvalid() {
        return handleInvalid;
    }

    /** The threads of a task; null to take the task's CPUs. */
    public @Nullable Integer threads() {
        return threads;
    }

    /** All that does not depend on Spark; its thread count is that of a task with one CPU. */
    public ScoringOptions scoring() {
        return scoring;
    }

    /** Collects the options. Every setter checks its own value and names it where it is refused. */
    public static final class Builder {

        /** The column that Spark's {@code binaryFile} source fills. */
        public static final String DEFAULT_INPUT_COL = "content";

        public static final int DEFAULT_TOP_K = 5;

        private @Nullable String modelPath;
        private @Nullable ModelSource model;
        private @Nullable String inputCol;
        private Map<String, String> inputs = Map.of();
        private boolean dropInput;
        private List<String> labels = List.of();
        private @Nullable String labelsPath;
        private boolean classes = true;
        private boolean allProbabilities;
        private Map<String, String> outputs = Map.of();
        private @Nullable String resultCol;
        private boolean winograd = true;
        private HandleInvalid handleInvalid = HandleInvalid.KEEP;
        private @Nullable Integer threads;
        private ScoringOptions scoring =
                ScoringOptions.of(Preprocessing.preset("imagenet")).withTopK(DEFAULT_TOP_K);

        private Builder() {}

        /**
         * The ONNX file: a path in any file system that Hadoop knows, read by the driver when the first Dataset is
         * transformed. A path without a scheme is local if such a file exists on the driver's machine; otherwise it is
         * one of Hadoop's default file system. External data is supported beside local files only.
         */
        public Builder modelPath(String path) {
            if (path.isBlank()) {
                throw new IllegalArgumentException("modelPath is empty; give the path of an ONNX file");
            }
            modelPath = path;
            return this;
        }

        /** A model whose bytes are here already, instead of {@link #modelPath}. */
        public Builder model(ModelSource source) {
            model = Objects.requireNonNull(source, "model");
            return this;
        }

        /**
         * The column of images: encoded files (BINARY) or Spark's image struct. {@value #DEFAULT_INPUT_COL} unless set.
         */
        public Builder inputCol(String name) {
            inputCol = Objects.requireNonNull(name, "inputCol");
            return this;
        }

        /**
         * Columns for a model of several inputs, or of one that is no image, instead of {@link #inputCol}. A column may
         * hold what {@code inputCol} may; for an input other than {@code [N, C, H, W]} it holds values, as many as the
         * input's dimensions after the first have. Images are all prepared by the same {@link #preprocessing}, to the size
         * of their input. A row of which one column is null or cannot be read is one that cannot be scored.
         *
         * @param columnsByInput the columns, by the names that the inputs have in the ONNX file
         */
        public Builder inputs(Map<String, String> columnsByInput) {
            columnsByInput.forEach((input, column) -> {
                if (input.isBlank() || column.isBlank()) {
                    throw new IllegalArgumentException("inputs has an empty name: '" + input + "' = '" + column
                            + "'; give an input of the network and a column");
                }
            });
            inputs = new LinkedHashMap<>(columnsByInput);
            return this;
        }

        /**
         * Leaves the column of images, or the {@link #inputs}, out of the result, so that Spark need not carry them along;
         * kept unless set.
         */
        public Builder dropInput(boolean drop) {
            dropInput = drop;
            return this;
        }

        /**
         * The classes' names, as many as the network has classes. Without them a row's label is its class's index in
         * decimal.
         */
        public Builder labels(List<String> names) {
            if (names.isEmpty()) {
                throw new IllegalArgumentException("labels is empty; give one name per class, or do not set it");
            }
            labels = List.copyOf(names);
            return this;
        }

        /**
         * The text file with the classes' names, one a line in UTF-8, in any file system that Hadoop knows; instead of
         * {@link #labels}.
         */
        public Builder labelsPath(String path) {
            if (path.isBlank()) {
                throw new IllegalArgumentException(
                        "labelsPath is empty; give the path of a text file with one name a line, or do not set it");
            }
            labelsPath = path;
            return this;
        }

        /**
         * Whether the result names classes ({@code prediction}, {@code label}, {@code probability}, {@code top}); it does
         * unless set. Without them the network need not be a classifier, but {@link #outputs} must be given.
         */
        public Builder classes(boolean wanted) {
            classes = wanted;
            return this;
        }

        /** Whether the result has {@code probabilities ARRAY<FLOAT>}, of all classes; it has not unless set. */
        public Builder allProbabilities(boolean wanted) {
            allProbabilities = wanted;
            return this;
        }

        /**
         * Values of the network that become columns {@code ARRAY<FLOAT>}, flattened: outputs, or what flows between its
         * nodes, such as an embedding. {@code lanewise explain} lists them.
         *
         * @param tensorsByColumn the values' names in the ONNX file, by the columns that they become
         */
        public Builder outputs(Map<String, String> tensorsByColumn) {
            tensorsByColumn.forEach((column, tensor) -> {
                if (column.isBlank() || tensor.isBlank()) {
                    throw new IllegalArgumentException("outputs has an empty name: '" + column + "' = '" + tensor
                            + "'; give a column and a value of the network");
                }
            });
            outputs = new LinkedHashMap<>(tensorsByColumn);
            return this;
        }

        /**
         * The one struct column that the result becomes, its fields named as the columns would be; columns of their own
         * unless set.
         */
        public Builder resultCol(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("resultCol is empty; name a column, or do not set it");
            }
            resultCol = name;
            return this;
        }

        /**
         * Whether 3x3 convolutions may be computed by Winograd's algorithm, which is faster and rounds otherwise; they may
         * unless set.
         */
        public Builder winograd(boolean allowed) {
            winograd = allowed;
            return this;
        }

        /** How many classes {@code top} names, best first: {@value #DEFAULT_TOP_K} unless set; at most all are. */
        public Builder topK(int k) {
            scoring = scoring.withTopK(k);
            return this;
        }

        /** The most images in a batch: {@value ScoringOptions#DEFAULT_BATCH_SIZE} unless set. Changes no score. */
        public Builder batchSize(int images) {
            scoring = scoring.withBatchSize(images);
            return this;
        }

        /** The most bytes that a batch's images may hold, see {@link ScoringOptions#maxBatchBytes}. */
        public Builder maxBatchBytes(long bytes) {
            scoring = scoring.withMaxBatchBytes(bytes);
            return this;
        }

        /** The threads of one task: as many as the task has CPUs ({@code spark.task.cpus}) unless set. */
        public Builder threads(int count) {
            scoring.withThreads(count);
            threads = count;
            return this;
        }

        /** What becomes of images that cannot be scored: kept with a reason unless set. */
        public Builder handleInvalid(HandleInvalid handling) {
            handleInvalid = Objects.requireNonNull(handling, "handleInvalid");
            return this;
        }

        /** What is done to an image before the network sees it: the preset {@code imagenet} unless set. */
        public Builder preprocessing(Preprocessing steps) {
            scoring = scoring.withPreprocessing(Objects.requireNonNull(steps, "preprocessing"));
            return this;
        }

        /** What makes probabilities of the network's output: {@link Activation#AUTO} unless set. */
        public Builder activation(Activation function) {
            scoring = scoring.withActivation(Objects.requireNonNull(function, "activation"));
            return this;
        }

        /** The most pixels that an image may have, 100 million unless set. A larger one is an invalid image. */
        public Builder maxPixels(long pixels) {
            scoring = scoring.withLimits(new ImageLimits(pixels));
            return this;
        }

        /**
         * @throws IllegalArgumentException unless exactly one of {@link #modelPath} and {@link #model} was called, at most
         *     one of {@link #labels} and {@link #labelsPath} and of {@link #inputCol} and {@link #inputs}, and something is
         *     wanted of an image
         */
        public InferenceOptions build() {
            if (modelPath == null && model == null) {
                throw new IllegalArgumentException("no model: call modelPath with the path of an ONNX file, or model");
            }
            if (modelPath != null && model != null) {
                throw new IllegalArgumentException(
                        "two models: modelPath " + modelPath + " and model " + model.name() + "; give one of them");
            }
            if (labelsPath != null && !labels.isEmpty()) {
                throw new IllegalArgumentException(
                        "labels are given twice, as labels and as labelsPath " + labelsPath + "; give one of them");
            }
            if (inputCol != null && !inputs.isEmpty()) {
                throw new IllegalArgumentException("the images are given twice, as inputCol '" + inputCol
                        + "' and as inputs " + inputs + "; give one of them");
            }
            return new InferenceOptions(this);
        }
    }
}

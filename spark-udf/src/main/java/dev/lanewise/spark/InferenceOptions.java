package dev.lanewise.spark;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.ModelSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link ImageInference} runs, and on which column. Made by a {@link #builder}; belongs to the driver. */
public final class InferenceOptions {

    private final @Nullable String modelPath;
    private final @Nullable ModelSource model;
    private final String inputCol;
    private final boolean dropInput;
    private final List<String> labels;
    private final HandleInvalid handleInvalid;
    private final @Nullable Integer threads;
    private final ScoringOptions scoring;

    private InferenceOptions(Builder builder) {
        modelPath = builder.modelPath;
        model = builder.model;
        inputCol = builder.inputCol;
        dropInput = builder.dropInput;
        labels = builder.labels;
        handleInvalid = builder.handleInvalid;
        threads = builder.threads;
        scoring = builder.scoring;
    }

    public static Builder builder() {
        return new Builder();
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

    public String inputCol() {
        return inputCol;
    }

    public boolean dropInput() {
        return dropInput;
    }

    /** The classes' names in the order of the network's output; empty if none were given. */
    public List<String> labels() {
        return labels;
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
        private String inputCol = DEFAULT_INPUT_COL;
        private boolean dropInput;
        private List<String> labels = List.of();
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

        /** Leaves the column of images out of the result, so that Spark need not carry it along; kept unless set. */
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

        /** @throws IllegalArgumentException unless exactly one of {@link #modelPath} and {@link #model} was called */
        public InferenceOptions build() {
            if (modelPath == null && model == null) {
                throw new IllegalArgumentException("no model: call modelPath with the path of an ONNX file, or model");
            }
            if (modelPath != null && model != null) {
                throw new IllegalArgumentException(
                        "two models: modelPath " + modelPath + " and model " + model.name() + "; give one of them");
            }
            return new InferenceOptions(this);
        }
    }
}

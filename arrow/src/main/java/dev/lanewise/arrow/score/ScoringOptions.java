package dev.lanewise.arrow.score;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Preprocessing;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * How images are scored.
 *
 * @param batchSize the most images in memory at a time
 * @param maxBatchBytes the most bytes that the images of a batch may hold, as they are given (files, or pixels already
 *     decoded) and as preprocessed pixels together; a single image that is larger makes a batch of its own
 * @param topK how many classes a score names; all of them if the network has fewer
 * @param threads how many threads work on a batch, the calling one included
 * @param outputs what is wanted of every image
 * @param inputs the network's inputs, in the order in which a row's {@link ImageInput.Several} offers something for them;
 *     empty if rows offer one image, for the network's only input. The preprocessing is that of every image
 */
public record ScoringOptions(
        Preprocessing preprocessing,
        int batchSize,
        long maxBatchBytes,
        int topK,
        int threads,
        Activation activation,
        ScoringOutputs outputs,
        ImageLimits limits,
        List<String> inputs)
        implements Serializable {

    public static final int DEFAULT_BATCH_SIZE = 32;
    public static final long DEFAULT_MAX_BATCH_BYTES = 64L << 20;

    public ScoringOptions {
        requirePositive("batchSize", batchSize);
        requirePositive("maxBatchBytes", maxBatchBytes);
        requirePositive("topK", topK);
        requirePositive("threads", threads);
        inputs = List.copyOf(inputs);
        if (inputs.size() != new HashSet<>(inputs).size()) {
            throw new IllegalArgumentException("an input is named twice: " + inputs + "; name each input once");
        }
    }

    /** One thread, the best class alone, batches of {@value #DEFAULT_BATCH_SIZE}. */
    public static ScoringOptions of(Preprocessing preprocessing) {
        return new ScoringOptions(
                preprocessing,
                DEFAULT_BATCH_SIZE,
                DEFAULT_MAX_BATCH_BYTES,
                1,
                1,
                Activation.AUTO,
                ScoringOutputs.BEST_CLASSES,
                ImageLimits.DEFAULT,
                List.of());
    }

    public ScoringOptions withPreprocessing(Preprocessing newPreprocessing) {
        return new ScoringOptions(
                newPreprocessing, batchSize, maxBatchBytes, topK, threads, activation, outputs, limits, inputs);
    }

    public ScoringOptions withBatchSize(int newBatchSize) {
        return new ScoringOptions(
                preprocessing, newBatchSize, maxBatchBytes, topK, threads, activation, outputs, limits, inputs);
    }

    public ScoringOptions withMaxBatchBytes(long newMaxBatchBytes) {
        return new ScoringOptions(
                preprocessing, batchSize, newMaxBatchBytes, topK, threads, activation, outputs, limits, inputs);
    }

    public ScoringOptions withTopK(int newTopK) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, newTopK, threads, activation, outputs, limits, inputs);
    }

    public ScoringOptions withThreads(int newThreads) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, topK, newThreads, activation, outputs, limits, inputs);
    }

    public ScoringOptions withActivation(Activation newActivation) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, topK, threads, newActivation, outputs, limits, inputs);
    }

    public ScoringOptions withOutputs(ScoringOutputs newOutputs) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, topK, threads, activation, newOutputs, limits, inputs);
    }

    public ScoringOptions withLimits(ImageLimits newLimits) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, topK, threads, activation, outputs, newLimits, inputs);
    }

    public ScoringOptions withInputs(List<String> newInputs) {
        return new ScoringOptions(
                preprocessing, batchSize, maxBatchBytes, topK, threads, activation, outputs, limits, newInputs);
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
    }
}

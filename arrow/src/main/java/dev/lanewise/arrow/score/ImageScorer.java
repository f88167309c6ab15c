package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.score.Classifier.Answer;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows that hold images, batch by batch, for one thread at a time. Close it when done, also half-way; another thread
 * may do that, and the batch in work ends at its next step.
 *
 * <p>An image's scores do not depend on the batch it is in, nor on the number of threads.
 */
public final class ImageScorer implements AutoCloseable {

    private final ScoringOptions options;
    private final Classifier classifier;
    private final ImageDecoder decoder;
    private final BufferAllocator allocator;
    private final WorkerPool pool;
    private final BooleanSupplier cancelled;
    private final ScoringCounters counters = new ScoringCounters();

    /** Held while a batch is in work, and never while rows are read: whoever closes the scorer waits for arithmetic alone. */
    private final Object work = new Object();

    private volatile boolean closing;
    private boolean closed;

    private ImageScorer(
            Model model, ScoringOptions options, BufferAllocator parentAllocator, BooleanSupplier cancelled) {
        this.options = options;
        this.classifier = new Classifier(model, options);
        this.decoder = new ImageDecoder(options.limits());
        this.allocator = parentAllocator.newChildAllocator("image scorer", 0, Long.MAX_VALUE);
        this.pool = new WorkerPool(options.threads());
        this.cancelled = () -> closing || cancelled.getAsBoolean();
    }

    /**
     * @param parentAllocator where the batches' memory comes from; stays open
     * @throws IllegalArgumentException if the network is not one that maps images {@code [N, C, H, W]}, or the inputs named,
     *     to what is wanted of it, or the preprocessing does not fit it
     */
    public static ImageScorer of(Model model, ScoringOptions options, BufferAllocator parentAllocator) {
        return of(model, options, parentAllocator, () -> false);
    }

    /**
     * As {@link #of(Model, ScoringOptions, BufferAllocator)}, for a scorer that can be stopped.
     *
     * @param cancelled asked before every image and every layer, by any of the threads; once it is true scoring ends soon
     *     with a {@link CancellationException}
     */
    public static ImageScorer of(
            Model model, ScoringOptions options, BufferAllocator parentAllocator, BooleanSupplier cancelled) {
        return new ImageScorer(model, options, parentAllocator, cancelled);
    }

    /**
     * How many classes the network tells apart, the second dimension of its output {@code [N, classes]} or {@code [N,
     * classes, 1, 1]}; empty if that is known at run time alone, or no classes are wanted.
     */
    public OptionalInt classes() {
        return classifier.classes();
    }

    /** What has been done so far. */
    public ScoringCounters counters() {
        return counters;
    }

    /**
     * Scores the rows, in order; a row whose image cannot be scored is kept, with the reason as its score's error.
     *
     * @param rows read by the calling thread alone, at most one batch and one row ahead
     * @param image finds a row's image
     */
    public <T> Iterator<Scored<T>> score(Iterator<T> rows, Function<? super T, ImageInput> image) {
        return new ScoringIterator<>(this, rows, image);
    }

    /** Scores one image. */
    public ImageScore score(ImageInput image) {
        return scoreBatch(List.of(examine(image))).get(0);
    }

    /**
     * Runs the network once on zeros, so that its kernels are compiled before the first image comes; does nothing where the
     * size of its input depends on the images.
     */
    public void warmUp() {
        List<InputVector> zeros = classifier.inputs().stream()
                .flatMap(input -> input.imageShape().stream())
                .<InputVector>map(shape -> new InputVector.Values(List.of(new float[shape.size()]), shape))
                .toList();
        if (zeros.size() == classifier.inputs().size()) {
            synchronized (work) {
                requireOpen();
                classify(new ImageBucket(classifier.inputs(), zeros, List.of(0)), new ImageScore[1]);
            }
        }
    }

    /** Frees every buffer and ends the threads, after the batch in work has stopped; a second call does nothing. */
    @Override
    public void close() {
        closing = true;
        synchronized (work) {
            if (!closed) {
                closed = true;
                pool.close();
                allocator.close();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scorer has been closed");
        }
    }

    ScoringOptions options() {
        return options;
    }

    /** Finds what an image will become, without decoding it. */
    Candidate examine(ImageInput input) {
        List<NetworkInput> inputs = classifier.inputs();
        List<ImageInput> offered = input instanceof ImageInput.Several several ? several.parts() : List.of(input);
        if (offered.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    "a row offers " + offered.size() + " inputs, but the options name " + inputs.size());
        }
        List<Candidate.Part> parts = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            try {
                parts.add(inputs.get(i).examine(offered.get(i), decoder));
            } catch (ImageException unfit) {
                return Candidate.unfit(inputs.get(i).about(unfit.getMessage()));
            }
        }
        return new Candidate(parts, null);
    }

    /**
     * The scores of one batch, in order. Whatever happens, its memory is free again when this returns.
     *
     * @throws CancellationException if the scorer was cancelled
     */
    List<ImageScore> scoreBatch(List<Candidate> candidates) {
        @Nullable ImageScore[] scores = new ImageScore[candidates.size()];
        Map<List<Optional<ImageSize>>, List<Integer>> byForm = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.parts().isEmpty()) {
                scores[i] = ImageScore.failed(String.valueOf(candidate.error()));
            } else {
                byForm.computeIfAbsent(candidate.form(), form -> new ArrayList<>())
                        .add(i);
            }
        }
        synchronized (work) {
            requireOpen();
            score(candidates, byForm.values(), scores);
        }
        List<ImageScore> all = List.of(scores);
        counters.addBatch(
                all.size(), all.stream().filter(score -> score.error() != null).count());
        return all;
    }

    private void score(List<Candidate> candidates, Collection<List<Integer>> byForm, @Nullable ImageScore[] scores) {
        List<ImageBucket> buckets = new ArrayList<>();
        try {
            byForm.forEach(
                    places -> buckets.add(ImageBucket.allocate(classifier.inputs(), candidates, places, allocator)));
            decode(buckets, candidates, scores);
            buckets.forEach(bucket -> classify(bucket, scores));
        } finally {
            buckets.forEach(ImageBucket::close);
        }
    }

    /** An image's place in a bucket. */
    private record Slot(ImageBucket bucket, int input, ImageBatch images, int row) {

        int place() {
            return bucket.places().get(row);
        }
    }

    private void decode(List<ImageBucket> buckets, List<Candidate> candidates, @Nullable ImageScore[] scores) {
        List<Slot> slots = slots(buckets);
        List<@Nullable String> errors = pool.map(slots.size(), i -> {
            Slot slot = slots.get(i);
            return decode(candidates.get(slot.place()).parts().get(slot.input).input(), slot);
        });
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            String error = errors.get(i);
            if (error == null) {
                slot.images.setPresent(slot.row);
            } else if (scores[slot.place()] == null) {
                scores[slot.place()] = ImageScore.failed(
                        String.valueOf(slot.bucket.inputs().get(slot.input).about(error)));
            }
        }
    }

    private static List<Slot> slots(List<ImageBucket> buckets) {
        List<Slot> slots = new ArrayList<>();
        for (ImageBucket bucket : buckets) {
            for (int input = 0; input < bucket.vectors().size(); input++) {
                if (bucket.vectors().get(input) instanceof InputVector.Pixels pixels) {
                    for (int row = 0; row < bucket.places().size(); row++) {
                        slots.add(new Slot(bucket, input, pixels.images(), row));
                    }
                }
            }
        }
        return slots;
    }

    /** Puts one image into its row; returns why that is not possible, null if it is done. */
    private @Nullable String decode(ImageInput input, Slot slot) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("scoring was cancelled");
        }
        long start = System.nanoTime();
        try {
            Pixels pixels = input instanceof ImageInput.Encoded file
                    ? decoder.decode(file.bytes())
                    : ((ImageInput.Decoded) input).pixels();
            slot.images.put(slot.row, pixels);
            return null;
        } catch (ImageException unfit) {
            return unfit.getMessage();
        } finally {
            counters.addDecoding(System.nanoTime() - start);
        }
    }

    private void classify(ImageBucket bucket, @Nullable ImageScore[] scores) {
        int[] rows = bucket.presentRows();
        long start = System.nanoTime();
        long[] packing = new long[1];
        Answer[] answers = classifier.classify(
                (some, paddedTo) -> {
                    long packed = System.nanoTime();
                    try {
                        return bucket.tensors(some, paddedTo);
                    } finally {
                        packing[0] += System.nanoTime() - packed;
                    }
                },
                rows,
                pool,
                cancelled);
        counters.addPacking(packing[0]);
        counters.addInference(System.nanoTime() - start - packing[0]);
        int classes = Arrays.stream(answers)
                .mapToInt(answer -> answer.probabilities().length)
                .max()
                .orElse(0);
        try (ScoreVector vector = ScoreVector.allocate(classes, answers.length, allocator)) {
            for (int i = 0; i < answers.length; i++) {
                scores[bucket.places().get(rows[i])] = score(answers[i], vector, i);
            }
        }
    }

    private ImageScore score(Answer answer, ScoreVector vector, int row) {
        if (answer.error() != null) {
            return ImageScore.failed(answer.error());
        }
        if (!options.outputs().classes()) {
            return ImageScore.of(answer.values());
        }
        vector.set(row, answer.probabilities());
        ImageScore best = vector.top(row, options.topK()).withValues(answer.values());
        return options.outputs().allProbabilities() ? best.withProbabilities(answer.probabilities()) : best;
    }
}

package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageHeader;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.arrow.score.Classifier.Scores;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows that hold images, batch by batch. Belongs to one thread; close it when done, also half-way.
 *
 * <p>An image's scores do not depend on the batch it is in, nor on the number of threads.
 */
public final class ImageScorer implements AutoCloseable {

    private final ScoringOptions options;
    private final Classifier classifier;
    private final Preprocessor preprocessor;
    private final ImageDecoder decoder;
    private final BufferAllocator allocator;
    private final WorkerPool pool;
    private boolean closed;

    private ImageScorer(Model model, ScoringOptions options, BufferAllocator parentAllocator) {
        this.options = options;
        this.classifier = new Classifier(model, options.activation());
        this.preprocessor = classifier.preprocessor(options.preprocessing(), options.limits());
        this.decoder = new ImageDecoder(options.limits());
        this.allocator = parentAllocator.newChildAllocator("image scorer", 0, Long.MAX_VALUE);
        this.pool = new WorkerPool(options.threads());
    }

    /**
     * @param parentAllocator where the batches' memory comes from; stays open
     * @throws IllegalArgumentException if the network is not one that maps images {@code [N, C, H, W]} to classes
     *     {@code [N, classes]}, or the preprocessing does not fit it
     */
    public static ImageScorer of(Model model, ScoringOptions options, BufferAllocator parentAllocator) {
        return new ImageScorer(model, options, parentAllocator);
    }

    /**
     * How many classes the network tells apart, the second dimension of its output {@code [N, classes]} or {@code [N,
     * classes, 1, 1]}; empty if that is known at run time alone.
     */
    public OptionalInt classes() {
        return classifier.classes();
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

    /** Frees every buffer and ends the threads; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.close();
            allocator.close();
        }
    }

    ScoringOptions options() {
        return options;
    }

    /** Finds what an image will become, without decoding it. */
    Candidate examine(ImageInput input) {
        if (input instanceof ImageInput.Missing missing) {
            return new Candidate(input, null, missing.reason(), 0);
        }
        try {
            ImageSize size = preprocessor.fixedSize();
            long given = 0;
            if (input instanceof ImageInput.Encoded file) {
                given = file.bytes().length;
                if (size == null) {
                    ImageHeader header = decoder.header(file.bytes());
                    size = preprocessor.outputSize(header.width(), header.height());
                }
            } else if (input instanceof ImageInput.Decoded decoded) {
                given = decoded.pixels().data().length;
                size = preprocessor.outputSize(
                        decoded.pixels().width(), decoded.pixels().height());
            }
            if (size == null) {
                throw new IllegalStateException("no size for " + input);
            }
            long pixels = (long) size.height() * size.width();
            return new Candidate(
                    input, size, null, given + pixels * preprocessor.channels().count());
        } catch (ImageException unfit) {
            return new Candidate(input, null, unfit.getMessage(), 0);
        }
    }

    /** The scores of one batch, in order. Whatever happens, its memory is free again when this returns. */
    List<ImageScore> scoreBatch(List<Candidate> candidates) {
        if (closed) {
            throw new IllegalStateException("the scorer has been closed");
        }
        ImageScore[] scores = new ImageScore[candidates.size()];
        Map<ImageSize, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.size() == null) {
                scores[i] = ImageScore.failed(String.valueOf(candidate.error()));
            } else {
                bySize.computeIfAbsent(candidate.size(), size -> new ArrayList<>())
                        .add(i);
            }
        }
        List<Bucket> buckets = new ArrayList<>();
        try {
            bySize.forEach((size, places) ->
                    buckets.add(new Bucket(ImageBatch.allocate(preprocessor, size, places.size(), allocator), places)));
            decode(buckets, candidates, scores);
            classify(buckets, scores);
        } finally {
            buckets.forEach(bucket -> bucket.images.close());
        }
        return Arrays.asList(scores);
    }

    /** Images of one size, and where in the batch each of them stands. */
    private record Bucket(ImageBatch images, List<Integer> places) {}

    /** A row of a bucket. */
    private record Slot(Bucket bucket, int row) {

        int place() {
            return bucket.places.get(row);
        }
    }

    /** Some rows of a bucket that one thread takes through the model. */
    private record Slice(Bucket bucket, int[] rows) {}

    private void decode(List<Bucket> buckets, List<Candidate> candidates, ImageScore[] scores) {
        List<Slot> slots = new ArrayList<>();
        for (Bucket bucket : buckets) {
            for (int row = 0; row < bucket.places.size(); row++) {
                slots.add(new Slot(bucket, row));
            }
        }
        List<@Nullable String> errors = pool.map(slots.size(), i -> {
            Slot slot = slots.get(i);
            return decode(candidates.get(slot.place()).input(), slot);
        });
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            String error = errors.get(i);
            if (error == null) {
                slot.bucket.images.setPresent(slot.row);
            } else {
                scores[slot.place()] = ImageScore.failed(error);
            }
        }
    }

    /** Puts one image into its row; returns why that is not possible, null if it is done. */
    private @Nullable String decode(ImageInput input, Slot slot) {
        try {
            Pixels pixels = input instanceof ImageInput.Encoded file
                    ? decoder.decode(file.bytes())
                    : ((ImageInput.Decoded) input).pixels();
            slot.bucket.images.put(slot.row, pixels);
            return null;
        } catch (ImageException unfit) {
            return unfit.getMessage();
        }
    }

    private void classify(List<Bucket> buckets, ImageScore[] scores) {
        List<Slice> slices = new ArrayList<>();
        for (Bucket bucket : buckets) {
            addSlices(bucket, slices);
        }
        List<Scores[]> results =
                pool.map(slices.size(), i -> classifier.classify(slices.get(i).bucket.images, slices.get(i).rows));
        for (int i = 0; i < slices.size(); i++) {
            rank(slices.get(i), results.get(i), scores);
        }
    }

    /** Equal, contiguous parts of the rows that have an image; whole batches for a model that fixes their size. */
    private void addSlices(Bucket bucket, List<Slice> slices) {
        int[] rows = bucket.images.presentRows();
        int unit = Math.max(1, classifier.fixedBatch());
        int units = (rows.length + unit - 1) / unit;
        int parts = Math.min(pool.threads(), units);
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) units * part / parts) * unit;
            int to = Math.min(rows.length, (int) ((long) units * (part + 1) / parts) * unit);
            slices.add(new Slice(bucket, Arrays.copyOfRange(rows, from, to)));
        }
    }

    private void rank(Slice slice, Scores[] results, ImageScore[] scores) {
        int classes = Arrays.stream(results)
                .filter(result -> result.values() != null)
                .mapToInt(result -> result.values() == null ? 0 : result.values().length)
                .findFirst()
                .orElse(0);
        try (ScoreVector vector = ScoreVector.allocate(classes, results.length, allocator)) {
            for (int i = 0; i < results.length; i++) {
                float[] values = results[i].values();
                int place = slice.bucket.places.get(slice.rows[i]);
                if (values == null) {
                    scores[place] = ImageScore.failed(String.valueOf(results[i].error()));
                } else {
                    vector.set(i, values);
                    scores[place] = vector.top(i, options.topK());
                }
            }
        }
    }

    /**
     * A row's image before its batch is complete.
     *
     * @param size what it will have after preprocessing; null if it has no image
     * @param error why it has none
     * @param bytes what it takes of the batch's limit
     */
    record Candidate(
            ImageInput input,
            @Nullable ImageSize size,
            @Nullable String error,
            long bytes) {}
}

package dev.lanewise.benchmarks.cluster;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.benchmarks.peer.OrtScorer;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The peer: ONNX Runtime in {@code mapPartitions}, as a careful user would write it today. One session for all tasks of the
 * executor, one thread for each, input and output in direct buffers that stay; decoded, scaled and normalised by the code
 * that Lanewise uses, so that only the networks' time differs.
 *
 * @param model an ONNX file that every executor can read
 * @param channels of the network's images; -1 if it takes any
 * @param height of the network's images; -1 if it takes any
 * @param width of them; -1 if it takes any
 */
record PeerTask(
        String model, Preprocessing preprocessing, int channels, int height, int width, int batch, TaskTimes times)
        implements MapPartitionsFunction<Row, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Batches batches = new Batches(this, new TimedRows<>(rows, times.read()));
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> batches.close());
        return new ScoredRows(batches, times.write(), batches::report);
    }

    /** A batch after the other. */
    private static final class Batches implements Iterator<Row> {

        private final PeerTask task;
        private final Iterator<Row> rows;
        private final RootAllocator memory = new RootAllocator();
        private final ImageDecoder decoder = new ImageDecoder();
        private final Preprocessor preprocessor;
        private final OrtScorer scorer;
        private final Deque<Row> scored = new ArrayDeque<>();
        private long images;
        private long invalid;
        private long decodeNanos;
        private long packNanos;
        private long inferNanos;

        Batches(PeerTask task, Iterator<Row> rows) {
            this.task = task;
            this.rows = rows;
            this.preprocessor =
                    Preprocessor.of(task.preprocessing, task.channels, task.height, task.width, ImageLimits.DEFAULT);
            this.scorer = OrtScorer.open(task.model);
        }

        @Override
        public boolean hasNext() {
            if (scored.isEmpty() && rows.hasNext()) {
                scoreBatch();
            }
            return !scored.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return scored.remove();
        }

        private void scoreBatch() {
            List<Row> gathered = new ArrayList<>();
            while (gathered.size() < task.batch && rows.hasNext()) {
                gathered.add(rows.next());
            }
            ImageSize size = Objects.requireNonNull(preprocessor.fixedSize(), "a network of images of one size");
            try (ImageBatch decoded = ImageBatch.allocate(preprocessor, size, gathered.size(), memory)) {
                long start = System.nanoTime();
                for (int row = 0; row < gathered.size(); row++) {
                    decode(decoded, row, gathered.get(row).getAs("content"));
                }
                long packing = System.nanoTime();
                int[] present = decoded.presentRows();
                FloatTensor input = decoded.normalized(present, present.length);
                scorer.put(input);
                long inferring = System.nanoTime();
                float[] scores = scorer.run(present.length);
                inferNanos += System.nanoTime() - inferring;
                packNanos += inferring - packing;
                decodeNanos += packing - start;
                images += gathered.size();
                invalid += gathered.size() - present.length;
                add(gathered, present, scores);
            }
        }

        private void decode(ImageBatch batch, int row, byte[] file) {
            try {
                batch.put(row, decoder.decode(file));
                batch.setPresent(row);
            } catch (ImageException unfit) {
                // The row stays without a score, as it does with Lanewise.
                return;
            }
        }

        private void add(List<Row> gathered, int[] present, float[] scores) {
            int classes = present.length == 0 ? 0 : scores.length / present.length;
            int next = 0;
            for (int row = 0; row < gathered.size(); row++) {
                String path = gathered.get(row).getAs("path");
                if (next < present.length && present[next] == row) {
                    scored.add(best(path, scores, classes * next++, classes));
                } else {
                    scored.add(RowFactory.create(path, null, null));
                }
            }
        }

        /** The best class and its probability by softmax. */
        private static Row best(String path, float[] scores, int from, int classes) {
            int best = 0;
            for (int index = 1; index < classes; index++) {
                if (scores[from + index] > scores[from + best]) {
                    best = index;
                }
            }
            double sum = 0;
            for (int index = 0; index < classes; index++) {
                sum += Math.exp(scores[from + index] - scores[from + best]);
            }
            return RowFactory.create(path, best, (float) (1 / sum));
        }

        private void report() {
            task.times.images().add(images);
            task.times.invalid().add(invalid);
            task.times.decode().add(decodeNanos);
            task.times.pack().add(packNanos);
            task.times.infer().add(inferNanos);
        }

        private void close() {
            scorer.close();
            memory.close();
        }
    }
}

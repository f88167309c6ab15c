package dev.lanewise.cli.scoring;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_json;

import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Scores images chunk by chunk and commits each. Two chunks are under way at a time: the cores that the last tasks of one
 * leave idle begin with the next.
 */
final class ChunkedRun {

    private static final int UNDER_WAY = 2;
    private static final int SMALLEST_DEFAULT = 10_000;
    private static final int IMAGES_PER_CORE = 2_000;

    /** Enough for a core that is done early to take another, few enough for files of a sensible size. */
    private static final int TASKS_PER_CORE = 3;

    private static final String PARTITIONS = "spark.sql.files.minPartitionNum";

    // Names, not columns: making those would set up Spark's log before ours.
    private static final String[] RESULT = {"path", "prediction", "label", "probability", "top", "error"};

    private final SparkSession session;
    private final ImageInference inference;
    private final ScoringRequest request;
    private final CommitLog log;
    private final ProgressLine progress;
    private final boolean cutsTasks;
    private final List<FileStatus> images;
    private int taken;
    private long committed;
    private long invalid;

    /** @param images that are to be scored */
    ChunkedRun(
            SparkSession session,
            ImageInference inference,
            ScoringRequest request,
            CommitLog log,
            ProgressLine progress,
            List<FileStatus> images) {
        this.session = session;
        this.inference = inference;
        this.request = request;
        this.log = log;
        this.progress = progress;
        this.images = images;
        this.cutsTasks = !session.conf().contains(PARTITIONS);
    }

    /** Images that this run has committed. */
    synchronized long committed() {
        return committed;
    }

    /** Those of them that could not be scored. */
    synchronized long invalid() {
        return invalid;
    }

    /**
     * Scores and commits all of them.
     *
     * @throws IOException if a commit fails
     * @throws RuntimeException if a chunk cannot be scored; what was committed before stays
     */
    void run() throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(UNDER_WAY, work -> new Thread(work, "lanewise chunk"));
        ExecutorCompletionService<Boolean> workers = new ExecutorCompletionService<>(threads);
        for (int worker = 0; worker < UNDER_WAY; worker++) {
            workers.submit(this::scoreChunks);
        }
        threads.shutdown();
        boolean done = false;
        try {
            for (int worker = 0; worker < UNDER_WAY; worker++) {
                workers.take().get();
            }
            done = true;
        } catch (ExecutionException e) {
            throw rethrown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while images were scored", e);
        } finally {
            if (!done) {
                abandon(threads);
            }
        }
    }

    /** Ends the other chunk, so that nothing is committed after the failure is told. */
    private void abandon(ExecutorService threads) {
        synchronized (this) {
            taken = images.size();
        }
        session.sparkContext().cancelAllJobs();
        try {
            threads.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A chunk and the images in it. */
    private record Chunk(int number, List<FileStatus> images) {}

    private boolean scoreChunks() throws IOException {
        for (Chunk chunk = next(); !chunk.images.isEmpty(); chunk = next()) {
            score(chunk);
        }
        return true;
    }

    /** The next images; none at the end. The size follows the cluster's, whose executors come one by one. */
    private synchronized Chunk next() {
        if (taken == images.size()) {
            return new Chunk(-1, List.of());
        }
        int cores = session.sparkContext().defaultParallelism();
        Integer asked = request.chunkSize();
        long size = asked == null ? Math.max(SMALLEST_DEFAULT, (long) IMAGES_PER_CORE * cores) : asked;
        int end = (int) Math.min(images.size(), taken + size);
        List<FileStatus> chunk = images.subList(taken, end);
        taken = end;
        if (cutsTasks) {
            session.conf().set(PARTITIONS, Integer.toString(TASKS_PER_CORE * cores));
        }
        return new Chunk(log.begin(), chunk);
    }

    /** The count comes from an {@link Observation} inside the job that writes, which takes each partition once. */
    private void score(Chunk chunk) throws IOException {
        Dataset<Row> stored = ListedImages.read(session, chunk.images).select("path", "content");
        Observation counts = new Observation("lanewise chunk " + chunk.number);
        Dataset<Row> scored = inference
                .transform(stored)
                .observe(counts, count(lit(1)).as("images"), count(col("error")).as("invalid"));
        if (request.handleInvalid() == HandleInvalid.SKIP) {
            scored = scored.filter(col("error").isNull());
        }
        scored = scored.selectExpr(RESULT);
        (request.format() == OutputFormat.CSV ? scored.withColumn("top", to_json(col("top"))) : scored)
                .write()
                .mode(SaveMode.ErrorIfExists)
                .format(request.format().sparkName())
                .options(ScoredDataset.options(request.format()))
                .save(log.staging(chunk.number).toString());
        Map<String, Object> counted = counted(counts);
        if (number(counted, "images") != chunk.images.size()) {
            throw new IllegalStateException("Spark has scored " + number(counted, "images") + " images of the "
                    + chunk.images.size() + " in chunk " + chunk.number + "; nothing of it is committed");
        }
        commit(chunk, number(counted, "invalid"));
    }

    private synchronized void commit(Chunk chunk, long failed) throws IOException {
        log.commit(chunk.number, chunk.images, failed);
        committed += chunk.images.size();
        invalid += failed;
        progress.chunkCommitted();
    }

    private static RuntimeException rethrown(ExecutionException failed) throws IOException {
        Throwable cause = failed.getCause();
        if (cause instanceof IOException e) {
            throw e;
        } else if (cause instanceof Error e) {
            throw e;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(failed);
    }

    private static Map<String, Object> counted(Observation counts) {
        try {
            return counts.getAsJava();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Spark counted the images", e);
        }
    }

    private static long number(Map<String, Object> counted, String name) {
        if (counted.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("Spark did not count the " + name);
    }
}

package dev.lanewise.cli.scoring;

import dev.lanewise.cli.scoring.ChunkManifest.Input;
import dev.lanewise.cli.scoring.OutputFolder.IfExists;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.model.LabelFiles;
import dev.lanewise.spark.sql.LanewiseExtensions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** A scoring run whose every ingredient has been checked. */
public final class ScoringJob {

    private final ScoringRequest request;
    private final SparkConf spark;
    private final ImageInference inference;
    private final StoredImages images;
    private final OutputFolder output;
    private final RunDescription description;

    private ScoringJob(
            ScoringRequest request,
            SparkConf spark,
            ImageInference inference,
            StoredImages images,
            OutputFolder output,
            RunDescription description) {
        this.request = request;
        this.spark = spark;
        this.inference = inference;
        this.images = images;
        this.output = output;
        this.description = description;
    }

    /**
     * Checks all that can be checked before Spark starts.
     *
     * @throws ModelException if the model cannot be read
     * @throws IllegalArgumentException if the input, the output or the labels will not do, or the options do not fit the
     *     model
     */
    public static ScoringJob prepare(ScoringRequest request, boolean verbose) throws IOException {
        SparkLogging.configure(verbose);
        SparkConf spark = Sessions.configuration(request.master());
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark);
        InferenceOptions options = options(request, hadoop);
        ImageInference inference = ImageInference.of(options);
        inference.check(hadoop, spark);
        StoredImages images = StoredImages.find(request.input(), hadoop);
        OutputFolder output = OutputFolder.check(request.output(), ifExists(request), images, hadoop);
        RunDescription description = description(request, options, inference.modelHash(hadoop));
        if (request.resume()) {
            CommitLog.requireResumable(output.path().getFileSystem(hadoop), output.path(), description);
        }
        checkHtml(request.html());
        return new ScoringJob(request, spark, inference, images, output, description);
    }

    /** Where the scores go: a qualified path. */
    public String output() {
        return output.path().toString();
    }

    /** @throws IllegalStateException if the session is one that started without Lanewise's extension */
    public SparkSession startSpark(boolean verbose) {
        SparkSession session = Sessions.start(spark, verbose);
        LanewiseExtensions.check(session);
        return session;
    }

    /**
     * Scores every image once and writes the result, chunk by chunk; of an earlier run that is resumed, only the images
     * that no chunk of it holds.
     *
     * @return what this run has done
     * @throws IOException if the result cannot be written
     */
    public ScoringSummary run(SparkSession session, PrintWriter err) throws IOException {
        Path folder = output.path();
        FileSystem files = folder.getFileSystem(session.sparkContext().hadoopConfiguration());
        CommitLog log = request.resume()
                ? CommitLog.resume(files, folder, description)
                : CommitLog.create(files, folder, description);
        List<FileStatus> left = left(log.committed(), err);
        int before = images.files().size() - left.size();
        ProgressLine progress = new ProgressLine(err, images.files().size(), before);
        session.sparkContext().addSparkListener(progress);
        ChunkedRun run = new ChunkedRun(session, inference, request, log, progress, left);
        long start = System.nanoTime();
        try {
            run.run();
            log.complete();
        } finally {
            progress.close();
            session.sparkContext().removeSparkListener(progress);
            long committed = before + run.committed();
            if (committed > 0 && run.committed() < left.size()) {
                err.println(String.format(
                        Locale.ROOT,
                        "%,d of %,d images are committed in %s; the same command with --resume goes on from there",
                        committed,
                        images.files().size(),
                        folder));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new ScoringSummary(run.committed(), run.invalid(), seconds);
    }

    /** The images that no committed chunk holds. */
    private List<FileStatus> left(Map<String, Input> committed, PrintWriter err) {
        List<FileStatus> left = new ArrayList<>();
        int changed = 0;
        for (FileStatus image : images.files()) {
            Input scored = committed.get(image.getPath().toString());
            if (scored == null) {
                left.add(image);
            } else if (scored.length() != image.getLen() || scored.modified() != image.getModificationTime()) {
                changed++;
            }
        }
        if (request.resume()) {
            err.println(String.format(
                    Locale.ROOT,
                    "resuming: %,d of %,d images are scored already",
                    images.files().size() - left.size(),
                    images.files().size()));
        }
        if (changed > 0) {
            err.println(String.format(
                    Locale.ROOT,
                    "%,d of them have changed since; their rows stay as they are (--overwrite scores all anew)",
                    changed));
        }
        return left;
    }

    /** The result of {@link #run}, from where it was written. */
    public ScoredDataset result(SparkSession session) {
        return ScoredDataset.read(session, output.path(), request.format());
    }

    /** The images that {@link #result} names. */
    public ImageFiles images(SparkSession session) {
        return new ImageFiles(session.sparkContext().hadoopConfiguration());
    }

    private static IfExists ifExists(ScoringRequest request) {
        if (request.resume()) {
            return IfExists.RESUME;
        }
        return request.overwrite() ? IfExists.REPLACE : IfExists.REFUSE;
    }

    /** All that makes a row what it is. Batches, threads and chunks change no bit of it. */
    private static RunDescription description(ScoringRequest request, InferenceOptions options, String modelHash) {
        Map<String, String> rows = new TreeMap<>();
        rows.put("--format", request.format().sparkName());
        rows.put("--labels", String.join(", ", options.labels()));
        rows.put("--top-k", Integer.toString(request.topK()));
        rows.put("--handle-invalid", request.handleInvalid().name().toLowerCase(Locale.ROOT));
        rows.put("--max-pixels", Long.toString(options.scoring().limits().maxPixels()));
        rows.put("preprocessing", request.preprocessing().toString());
        return new RunDescription(RunDescription.LAYOUT, request.model(), modelHash, rows);
    }

    private static InferenceOptions options(ScoringRequest request, Configuration hadoop) {
        InferenceOptions.Builder options = InferenceOptions.builder()
                .modelPath(request.model())
                .inputCol("content")
                .dropInput(true)
                .topK(request.topK())
                .preprocessing(request.preprocessing())
                // Rows to skip are dropped after they are counted.
                .handleInvalid(
                        request.handleInvalid() == HandleInvalid.ERROR ? HandleInvalid.ERROR : HandleInvalid.KEEP);
        java.nio.file.Path labels = request.labels();
        if (labels != null) {
            options.labels(LabelFiles.read(labels.toString(), hadoop));
        }
        Integer batchSize = request.batchSize();
        if (batchSize != null) {
            options.batchSize(batchSize);
        }
        Long maxBatchBytes = request.maxBatchBytes();
        if (maxBatchBytes != null) {
            options.maxBatchBytes(maxBatchBytes);
        }
        Long maxPixels = request.maxPixels();
        if (maxPixels != null) {
            options.maxPixels(maxPixels);
        }
        Integer threads = request.threads();
        if (threads != null) {
            options.threads(threads);
        }
        return options.build();
    }

    private static void checkHtml(java.nio.file.@Nullable Path html) throws IOException {
        if (html == null) {
            return;
        }
        if (Files.isDirectory(html)) {
            throw new IllegalArgumentException("--html " + html + " is a folder; give a file");
        }
        java.nio.file.Path folder = html.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new IllegalArgumentException("--html " + html + ": no permission to write into " + folder);
        }
    }
}

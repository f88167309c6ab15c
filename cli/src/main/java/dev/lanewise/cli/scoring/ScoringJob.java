package dev.lanewise.cli.scoring;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_json;

import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** A scoring run whose every ingredient has been checked. */
public final class ScoringJob {

    // Names, not columns: making those would set up Spark's log before ours.
    private static final String[] RESULT = {"path", "prediction", "label", "probability", "top", "error"};

    private final ScoringRequest request;
    private final SparkConf spark;
    private final ImageInference inference;
    private final StoredImages images;
    private final OutputFolder output;

    private ScoringJob(
            ScoringRequest request,
            SparkConf spark,
            ImageInference inference,
            StoredImages images,
            OutputFolder output) {
        this.request = request;
        this.spark = spark;
        this.inference = inference;
        this.images = images;
        this.output = output;
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
        ImageInference inference = ImageInference.of(options(request));
        inference.check(hadoop);
        StoredImages images = StoredImages.find(request.input(), hadoop);
        OutputFolder output = OutputFolder.check(request.output(), request.overwrite(), images, hadoop);
        checkHtml(request.html());
        return new ScoringJob(request, spark, inference, images, output);
    }

    /** Where the scores go: a qualified path. */
    public String output() {
        return output.path().toString();
    }

    public SparkSession startSpark(boolean verbose) {
        return Sessions.start(spark, verbose);
    }

    /**
     * Scores every image once and writes the result.
     *
     * <p>The counts come from an {@link Observation} inside the one job that also writes: Spark takes each partition of
     * the result into it once, however often a task is run again.
     */
    public ScoringSummary run(SparkSession session, PrintWriter err) {
        Dataset<Row> stored = ImageFolders.read(session, images.pattern()).select("path", "content");
        Observation counts = new Observation("lanewise scored images");
        Dataset<Row> scored = inference
                .transform(stored)
                .observe(counts, count(lit(1)).as("images"), count(col("error")).as("invalid"));
        if (request.handleInvalid() == HandleInvalid.SKIP) {
            scored = scored.filter(col("error").isNull());
        }
        ProgressLine progress = new ProgressLine(err, images.count());
        session.sparkContext().addSparkListener(progress);
        long start = System.nanoTime();
        try {
            writer(scored.selectExpr(RESULT)).save(output());
        } finally {
            progress.close();
            session.sparkContext().removeSparkListener(progress);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Object> counted = counted(counts);
        return new ScoringSummary(number(counted, "images"), number(counted, "invalid"), seconds);
    }

    /** The result of {@link #run}, from where it was written. */
    public ScoredDataset result(SparkSession session) {
        return ScoredDataset.read(session, output.path(), request.format());
    }

    /** The images that {@link #result} names. */
    public ImageFiles images(SparkSession session) {
        return new ImageFiles(session.sparkContext().hadoopConfiguration());
    }

    private static InferenceOptions options(ScoringRequest request) {
        InferenceOptions.Builder options = InferenceOptions.builder()
                .modelPath(request.model())
                .inputCol("content")
                .dropInput(true)
                .topK(request.topK())
                .preprocessing(request.preprocessing())
                // Rows to skip are dropped after they are counted.
                .handleInvalid(
                        request.handleInvalid() == HandleInvalid.ERROR ? HandleInvalid.ERROR : HandleInvalid.KEEP);
        Path labels = request.labels();
        if (labels != null) {
            options.labelsPath(labels.toString());
        }
        Integer batchSize = request.batchSize();
        if (batchSize != null) {
            options.batchSize(batchSize);
        }
        Integer threads = request.threads();
        if (threads != null) {
            options.threads(threads);
        }
        return options.build();
    }

    private DataFrameWriter<Row> writer(Dataset<Row> scored) {
        Dataset<Row> flat =
                request.format() == OutputFormat.CSV ? scored.withColumn("top", to_json(col("top"))) : scored;
        return flat.write()
                .mode(request.overwrite() ? SaveMode.Overwrite : SaveMode.ErrorIfExists)
                .format(request.format().sparkName())
                .options(ScoredDataset.options(request.format()));
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

    private static void checkHtml(@Nullable Path html) throws IOException {
        if (html == null) {
            return;
        }
        if (Files.isDirectory(html)) {
            throw new IllegalArgumentException("--html " + html + " is a folder; give a file");
        }
        Path folder = html.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new IllegalArgumentException("--html " + html + ": no permission to write into " + folder);
        }
    }
}

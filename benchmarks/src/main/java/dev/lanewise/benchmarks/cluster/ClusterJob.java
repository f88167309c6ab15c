package dev.lanewise.benchmarks.cluster;

import static org.apache.spark.sql.functions.col;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.benchmarks.measure.ForkedJvm;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.score.ScoringRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The application that is submitted: reads a folder of images, scores them, writes Parquet. Once over all of them for the
 * start, with all that the first tasks of executors do, then once more for the steady state.
 */
public final class ClusterJob {

    private static final StructType RESULT = new StructType()
            .add("path", DataTypes.StringType)
            .add("prediction", DataTypes.IntegerType)
            .add("probability", DataTypes.FloatType);

    /** Part of the images that a batch size is tried on. */
    private static final String A_QUARTER = "pmod(hash(path), 4) = 0";

    /** The name that Spark lists the driver by among its executors. */
    private static final String DRIVER = "driver";

    private final SparkSession session;
    private final JobRequest request;
    private final TaskLog tasks = new TaskLog();
    private int passes;

    private ClusterJob(SparkSession session, JobRequest request) {
        this.session = session;
        this.request = request;
        session.sparkContext().addSparkListener(tasks);
    }

    /** Answers the request in the file named first in the file named second, both JSON. */
    public static void main(String[] arguments) throws IOException {
        ForkedJvm.answer(arguments, JobRequest.class, ClusterJob::answer);
    }

    private static JobAnswer answer(JobRequest request) {
        long start = System.nanoTime();
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            return new ClusterJob(session, request).run(start);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JobAnswer run(long start) {
        double executorSeconds = executorSeconds();
        long listing = System.nanoTime();
        Dataset<Row> images = images();
        double listSeconds = (System.nanoTime() - listing) / 1e9;
        int batch = request.batches().get(0);
        pass(images, batch);
        double cold = (System.nanoTime() - start) / 1e9;
        if (request.batches().size() > 1) {
            batch = bestBatch(images.filter(A_QUARTER));
        }
        long startMillis = System.currentTimeMillis();
        Pass timed = pass(repeated(images), batch);
        long endMillis = System.currentTimeMillis();
        TaskTimes times = timed.times;
        long stored = images.count();
        long expected = stored * request.repeat();
        long differing = differing(timed.output);
        long rows =
                session.read().parquet(timed.output).select("path").distinct().count();
        // Listeners have heard of every task once the session has stopped.
        session.stop();
        TaskLog.Span span = tasks.between(startMillis, endMillis);
        return new JobAnswer(
                expected,
                times.images().sum(),
                times.invalid().sum(),
                differing,
                rows,
                tasks.failed(),
                span.rowsByExecutor(),
                JobCosts.of(executorSeconds, listSeconds, span, startMillis, endMillis),
                batch,
                stored,
                cold,
                startMillis,
                endMillis,
                TaskTimes.seconds(times.read()),
                TaskTimes.seconds(times.decode()),
                TaskTimes.seconds(times.pack()),
                TaskTimes.seconds(times.infer()),
                TaskTimes.seconds(times.write()));
    }

    private Dataset<Row> images() {
        return switch (request.format()) {
            case FILES ->
                session.read().format("binaryFile").load(request.images()).select("path", "content");
            case PARQUET -> session.read().parquet(request.images());
        };
    }

    /** Until the last executor was there. */
    private double executorSeconds() {
        SparkContext context = session.sparkContext();
        return CollectionConverters.asJava(context.statusStore().executorList(true)).stream()
                        .filter(executor -> !executor.id().equals(DRIVER))
                        .mapToLong(executor -> executor.addTime().toInstant().toEpochMilli() - context.startTime())
                        .max()
                        .orElse(0)
                / 1e3;
    }

    /** Every image so many times, under as many names. */
    private Dataset<Row> repeated(Dataset<Row> images) {
        return request.repeat() == 1
                ? images
                : images.selectExpr("path", "content", "explode(sequence(1, " + request.repeat() + ")) AS copy")
                        .selectExpr("concat(path, '#', copy) AS path", "content");
    }

    private int bestBatch(Dataset<Row> some) {
        int best = request.batches().get(0);
        long fastest = Long.MAX_VALUE;
        for (int batch : request.batches()) {
            // The first run of a size makes its buffers.
            pass(some, batch);
            long start = System.nanoTime();
            pass(some, batch);
            long nanos = System.nanoTime() - start;
            if (nanos < fastest) {
                fastest = nanos;
                best = batch;
            }
        }
        return best;
    }

    /** One way through images. */
    private record Pass(TaskTimes times, String output) {}

    private Pass pass(Dataset<Row> images, int batch) {
        TaskTimes times = TaskTimes.of(session.sparkContext());
        String output = request.output() + "/pass-" + passes++;
        images.mapPartitions(task(batch, times), Encoders.row(RESULT)).write().parquet(output);
        return new Pass(times, output);
    }

    private MapPartitionsFunction<Row, Row> task(int batch, TaskTimes times) {
        return switch (request.engine()) {
            case NONE -> new NoModelTask(times);
            case LANEWISE -> {
                ModelHandle model = ModelHandle.of(session.sparkContext(), source(), ModelOptions.DEFAULT);
                ScoringOptions options =
                        ScoringOptions.of(preprocessing(input())).withBatchSize(batch);
                yield new LanewiseTask(new ScoringRequest(model, options, 1), times);
            }
            case ORT -> {
                List<Dimension> input = input();
                yield new PeerTask(
                        request.model(),
                        preprocessing(input),
                        size(input.get(1)),
                        size(input.get(2)),
                        size(input.get(3)),
                        batch,
                        times);
            }
        };
    }

    private List<Dimension> input() {
        List<Dimension> input = Model.load(source()).inputs().get(0).type().dimensions();
        if (input == null || input.size() != 4) {
            throw new IllegalArgumentException(request.model() + " takes no images [N,C,H,W]");
        }
        return input;
    }

    private static Preprocessing preprocessing(List<Dimension> input) {
        Preprocessing colours = Preprocessing.preset("imagenet");
        return size(input.get(1)) == 1 ? colours.withMean(0.5f).withStd(0.5f) : colours;
    }

    private ModelSource source() {
        return ModelSource.read(Path.of(request.model()));
    }

    private static int size(Dimension dimension) {
        return dimension.isKnown() ? (int) dimension.size() : -1;
    }

    private long differing(String output) {
        if (request.compareWith().isEmpty()) {
            return 0;
        }
        Dataset<Row> ours = session.read().parquet(output).withColumnRenamed("prediction", "ours");
        Dataset<Row> theirs = session.read().parquet(request.compareWith());
        return ours.join(theirs, "path")
                .filter(col("ours").notEqual(col("prediction")))
                .count();
    }
}

package dev.lanewise.benchmarks.operator;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.benchmarks.measure.Agreement;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Scores images that are decoded and in memory through the SQL function, on a local Spark with one task, and in the engine
 * alone, in turn. The engine gets its floats ready-made, in batches as large as the operator's: whatever the operator does
 * beside running the network counts against it.
 *
 * @param images in a round of either side
 * @param threads of the task, and of the engine
 */
public record OperatorRun(int images, int rounds, int threads) {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final String ENGINE = "engine";
    private static final String OPERATOR = "operator";
    private static final String NODE = "ScoreImages";
    private static final String MODEL = "spark.lanewise.model.bench.";

    /**
     * Measures in this JVM.
     *
     * @param file an ONNX file
     * @throws ModelException if it cannot be read or run
     * @throws IllegalArgumentException if it does not take images of a known size
     */
    public OperatorResult measure(String name, Path file) {
        Model model = Model.load(file);
        DecodedImages decoded = DecodedImages.of(model, images);
        SparkSession spark = session(file);
        try (WorkerPool pool = new WorkerPool(threads)) {
            Dataset<Row> query = query(spark, decoded);
            Engine engine = new Engine(
                    model,
                    pool,
                    decoded.input(),
                    model.outputs().get(0).name(),
                    decoded.batches(ScoringOptions.DEFAULT_BATCH_SIZE));
            String fault = difference(engine, query);
            if (fault != null) {
                return OperatorResult.unsound(name, images, threads, fault);
            }
            Timings micros = new Rounds(rounds, Duration.ZERO, WARM_UP, Duration.ZERO)
                    .measure(List.of(new Side(ENGINE, engine::run), new Side(OPERATOR, () -> query.write()
                            .format("noop")
                            .mode("overwrite")
                            .save())));
            return new OperatorResult(name, images, threads, micros.of(ENGINE), micros.of(OPERATOR), null);
        } finally {
            spark.stop();
        }
    }

    private SparkSession session(Path file) {
        return SparkSession.builder()
                .master("local[1]")
                .appName("lanewise bench spark")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.lanewise.threads", Integer.toString(threads))
                .config(MODEL + "path", file.toAbsolutePath().toString())
                .config(MODEL + "preset", "unit")
                .config(MODEL + "resize", "0")
                .config(MODEL + "crop", "0")
                .config(MODEL + "activation", "none")
                .getOrCreate();
    }

    /** The images, in Spark's memory, and what the function makes of them. */
    private static Dataset<Row> query(SparkSession spark, DecodedImages decoded) {
        Dataset<Row> rows = spark.createDataFrame(decoded.rows(), DecodedImages.ROW)
                .coalesce(1)
                .cache();
        rows.count();
        Dataset<Row> query = rows.selectExpr("id", "onnx_predict(image, 'bench') AS scores");
        String plan = query.queryExecution().executedPlan().toString();
        if (!plan.contains(NODE)) {
            throw new IllegalStateException("the operator does not run in this plan: " + plan);
        }
        return query;
    }

    /** Why the sides do not agree; null if they do, bit for bit. */
    private @Nullable String difference(Engine engine, Dataset<Row> query) {
        List<float[]> expected = engine.run();
        List<Row> answers = query.collectAsList();
        if (answers.size() != expected.size()) {
            return answers.size() + " answers for " + expected.size() + " images";
        }
        for (Row answer : answers) {
            int image = answer.getInt(0);
            List<Float> scores = answer.getList(1);
            float[] actual = new float[scores.size()];
            for (int i = 0; i < actual.length; i++) {
                actual[i] = scores.get(i);
            }
            float[] wanted = expected.get(image);
            int different =
                    actual.length == wanted.length ? Agreement.firstDifferentBits(wanted, actual) : actual.length;
            if (different >= 0) {
                return "image " + image + " differs from the engine's answer at class " + different;
            }
        }
        return null;
    }

    /** The network without Spark. */
    private record Engine(Model model, WorkerPool pool, String input, String output, List<FloatTensor> batches) {

        /** The output's rows, one for each image. */
        List<float[]> run() {
            List<float[]> rows = new ArrayList<>();
            for (FloatTensor batch : batches) {
                FloatTensor answers = (FloatTensor) Objects.requireNonNull(
                        model.run(Map.of(input, batch), pool).get(output));
                float[] scores = answers.data();
                int count = batch.shape().dim(0);
                int classes = scores.length / count;
                for (int row = 0; row < count; row++) {
                    rows.add(Arrays.copyOfRange(scores, row * classes, (row + 1) * classes));
                }
            }
            return rows;
        }
    }
}

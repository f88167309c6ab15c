package dev.lanewise.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.Clothes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The transformer beside Spark's own stages: saved, loaded, evaluated, tuned, streamed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineTest {

    private static final int IMAGES = 60;

    private final SparkSession spark = Clothes.session();
    private final Path folder;
    private Path images;

    PipelineTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void unzip() throws IOException {
        images = Clothes.unzip(IMAGES, folder.resolve("images"));
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    @Test
    void isJudgedBySparksEvaluatorAndNamedByItsIndexer() throws IOException {
        Dataset<Row> scored = new Pipeline()
                .setStages(new PipelineStage[] {
                    Clothes.transformer()
                            .setLabelsPath(Clothes.labels(folder).toString())
                            .setHandleInvalid("skip"),
                    new IndexToString().setInputCol("prediction").setOutputCol("name")
                })
                .fit(read())
                .transform(read());
        double accuracy = new MulticlassClassificationEvaluator()
                .setLabelCol("class")
                .setMetricName("accuracy")
                .evaluate(scored);
        List<Row> rows =
                scored.selectExpr("prediction = class", "name = output.label").collectAsList();
        long right = rows.stream().filter(row -> row.getBoolean(0)).count();
        assertEquals((double) right / IMAGES, accuracy, 1e-12);
        assertTrue(accuracy > 0.8, accuracy + " right");
        assertTrue(rows.stream().allMatch(row -> row.getBoolean(1)));
    }

    @Test
    void isTunedByCrossValidation() {
        LogisticRegression regression = regression();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(regression.regParam(), new double[] {0.01, 100})
                .build();
        CrossValidatorModel best = new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {embedder(), regression}))
                .setEstimatorParamMaps(grid)
                .setEvaluator(new MulticlassClassificationEvaluator()
                        .setLabelCol("class")
                        .setMetricName("accuracy"))
                .setNumFolds(2)
                .setSeed(1)
                .fit(read());
        assertTrue(
                best.avgMetrics()[0] > best.avgMetrics()[1] + 0.2, best.avgMetrics()[0] + " " + best.avgMetrics()[1]);
    }

    @Test
    void scoresAStreamOfFiles() throws Exception {
        Dataset<Row> files = spark.readStream()
                .format("binaryFile")
                .schema("path STRING, modificationTime TIMESTAMP, length LONG, content BINARY")
                .option("maxFilesPerTrigger", "25")
                .load(images.toString());
        StreamingQuery query = Clothes.transformer()
                .transform(files)
                .select("path", "probability")
                .writeStream()
                .format("memory")
                .queryName("scored")
                .trigger(Trigger.AvailableNow())
                .start();
        assertTrue(query.awaitTermination(120_000));
        assertEquals(lines(Clothes.transformer().transform(read())), lines(spark.table("scored")));
        assertEquals(3, query.recentProgress().length);
    }

    @Test
    void savesAndLoadsEveryParameter() throws IOException {
        OnnxImageTransformer saved = new OnnxImageTransformer("scorer");
        Map<String, Object> values = everyParameter();
        Set<String> names = Stream.of(saved.params()).map(Param::name).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(names, new TreeSet<>(values.keySet()));
        for (Param<?> param : saved.params()) {
            Object value = values.get(param.name());
            assertTrue(
                    !saved.hasDefault(param)
                            || !value.equals(saved.getDefault(param).get()),
                    param.name());
            saved.set(param.name(), value);
        }
        String path = folder.resolve("saved").toString();
        saved.save(path);
        assertThrows(IOException.class, () -> saved.save(path));
        saved.write().overwrite().save(path);

        OnnxImageTransformer loaded = OnnxImageTransformer.load(path);
        assertEquals("scorer", loaded.uid());
        for (Param<?> param : loaded.params()) {
            if (!param.name().endsWith("Path")) {
                assertEquals(text(values.get(param.name())), text(loaded.getOrDefault(param)), param.name());
            }
        }
        assertArrayEquals(Files.readAllBytes(Clothes.MODEL), Files.readAllBytes(Path.of(path, "model.onnx")));
        assertEquals(Path.of(path, "model.onnx").toString(), loaded.getModelPath());
        assertEquals(Clothes.LABELS, Files.readAllLines(Path.of(loaded.getLabelsPath())));
    }

    @Test
    void savesAndLoadsWhatHasNoModelYet() throws IOException {
        String path = folder.resolve("blank").toString();
        new OnnxImageTransformer().setTopK(3).save(path);
        OnnxImageTransformer loaded = OnnxImageTransformer.load(path);
        assertEquals(3, loaded.getTopK());
        assertTrue(!loaded.isSet(loaded.modelPath()) && !loaded.isSet(loaded.labelsPath()));
    }

    @Test
    @Timeout(300)
    void aPipelineLoadedInAnotherJvmHasTheSameBits() throws Exception {
        Path model = Files.copy(Clothes.MODEL, folder.resolve("gone.onnx"));
        PipelineModel fitted = new Pipeline()
                .setStages(new PipelineStage[] {embedder().setModelPath(model.toString()), regression()})
                .fit(read());
        List<String> expected = lines(fitted.transform(read()));
        Path saved = folder.resolve("pipeline");
        fitted.save(saved.toString());
        Files.delete(model);

        Path lines = folder.resolve("lines.txt");
        Path log = folder.resolve("log.txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath(), LoadedPipeline.class.getName()));
        command.addAll(List.of(saved.toString(), images.toString(), lines.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(240, TimeUnit.SECONDS), "the other JVM did not finish");
            assertEquals(0, process.exitValue(), () -> read(log));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(expected, Files.readAllLines(lines));
    }

    /** The images' probabilities, bit by bit. */
    static List<String> lines(Dataset<Row> scored) {
        return scored.selectExpr("regexp_extract(path, '[^/]*$', 0)", "probability").collectAsList().stream()
                .map(row -> row.getString(0) + " "
                        + DoubleStream.of(row.<Vector>getAs(1).toArray())
                                .mapToObj(Double::toHexString)
                                .collect(Collectors.joining(" ")))
                .sorted()
                .toList();
    }

    private Map<String, Object> everyParameter() throws IOException {
        Map<String, Object> values = new HashMap<>();
        values.put("modelPath", Clothes.MODEL.toString());
        values.put("labelsPath", Clothes.labels(folder).toString());
        values.put("inputCol", "image");
        values.put("inputs", Map.of("x", "image"));
        values.put("outputCol", "scores");
        values.put("predictionCol", "best");
        values.put("probabilityCol", "likelihood");
        values.put("errorCol", "reason");
        values.put("outputs", Map.of("features", Clothes.EMBEDDING));
        values.put("topK", 3);
        values.put("activation", "none");
        values.put("preset", "raw");
        values.put("resize", 40);
        values.put("crop", 28);
        values.put("mean", new double[] {0.25});
        values.put("std", new double[] {0.5});
        values.put("channels", "gray");
        values.put("maxPixels", 10_000L);
        values.put("batchSize", 4);
        values.put("maxBatchBytes", 5_000L);
        values.put("numThreads", 2);
        values.put("handleInvalid", "error");
        values.put("winograd", false);
        return values;
    }

    private static String text(Object value) {
        return value instanceof double[] numbers ? Arrays.toString(numbers) : String.valueOf(value);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Embeddings alone, so that the regression's own columns may have their usual names. */
    private static OnnxImageTransformer embedder() {
        return Clothes.transformer()
                .setOutputCol("")
                .setPredictionCol("")
                .setProbabilityCol("")
                .setOutputs(Map.of("features", Clothes.EMBEDDING));
    }

    private static LogisticRegression regression() {
        return new LogisticRegression()
                .setLabelCol("class")
                .setFeaturesCol("features")
                .setRegParam(0.01)
                .setMaxIter(10);
    }

    private Dataset<Row> read() {
        return Clothes.read(spark, images);
    }
}

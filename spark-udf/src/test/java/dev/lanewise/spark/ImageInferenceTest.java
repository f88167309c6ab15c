package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.score.ExecutorMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageInferenceTest {

    private static final Path MODEL = Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx");

    private final SparkSession spark = LocalSpark.session(4, Map.of("spark.task.cpus", "2"));

    @BeforeAll
    void nothingIsAllocatedYet() {
        assertEquals(0, ExecutorMemory.allocatedBytes());
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void refusesAnInputThatDoesNotFitBeforeAnyJobRuns() {
        assertRefused("no column 'picture'", options().inputCol("picture"));
        assertRefused("column 'id' is BIGINT", options().inputCol("id"));
        assertRefused("the input already has 'error'", options(), images(1).selectExpr("content", "id AS error"));
    }

    @Test
    void refusesOptionsThatDoNotFitTheModel() {
        assertRefused("has 10 classes, but there are 2 labels", options().labels(List.of("cat", "dog")));
        assertRefused("mean", options().preprocessing(Preprocessing.preset("imagenet")));
    }

    @Test
    void countsTheClassesOfScoresWithTrailingOnes(@TempDir Path folder) throws Exception {
        ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(MODEL)).toBuilder();
        proto.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName("rows.of.scores")
                        .setDataType(TensorProto.DataType.INT64.getNumber())
                        .addDims(4)
                        .addAllInt64Data(List.of(-1L, 10L, 1L, 1L)));
        proto.getGraphBuilder()
                .addNodeBuilder()
                .setOpType("Reshape")
                .addInput(proto.getGraph().getOutput(0).getName())
                .addInput("rows.of.scores")
                .addOutput("scores");
        proto.getGraphBuilder()
                .getOutputBuilder(0)
                .setName("scores")
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();
        Path model = folder.resolve("ones.onnx");
        Files.write(model, proto.build().toByteArray());
        List<String> ten = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
        InferenceOptions.Builder options = options().modelPath(model.toString());
        assertEquals(
                1,
                ImageInference.of(options.labels(ten).build())
                        .transform(images(1))
                        .count());
        assertRefused("has 10 classes, but there are 1 labels", options.labels(List.of("cat")));
    }

    @Test
    void checksTheModelWithoutASession() {
        ImageInference inference =
                ImageInference.of(options().labels(List.of("cat", "dog")).build());
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> inference.check(new Configuration()))
                        .getMessage());
        assertTrue(message.contains("has 10 classes, but there are 2 labels"), message);
        ImageInference.of(options().build()).check(new Configuration());
    }

    @Test
    void refusesAModelThatIsMissingOrBroken(@TempDir Path folder) throws Exception {
        assertModelRefused("does not exist", folder.resolve("none.onnx"));
        byte[] model = Files.readAllBytes(MODEL);
        Path truncated = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(model, model.length / 2));
        assertModelRefused("cut.onnx", truncated);
    }

    @Test
    void anEmptyPartitionNeedsNoModel() {
        ImageInference inference = ImageInference.of(options().build());
        assertEquals(List.of(), inference.transform(images(0).repartition(3)).collectAsList());
    }

    @Test
    void aNullImageIsOneRowsError() {
        List<Row> rows = ImageInference.of(options().build())
                .transform(images(5))
                .orderBy("id")
                .collectAsList();
        assertEquals(5, rows.size());
        rows.forEach(row -> assertTrue(row.<String>getAs("error").contains("null"), row.toString()));
        assertEquals(
                List.of(0L, 1L, 2L, 3L, 4L),
                rows.stream().map(row -> row.<Long>getAs("id")).toList());
    }

    @Test
    void keepsColumnsOfEveryKind() {
        Dataset<Row> images = images(3)
                .selectExpr(
                        "id",
                        "array(map('a', named_struct('b', 1.5D))) AS nested",
                        "timestamp'1500-01-01 00:00:00.000001' AS old",
                        "interval 3 days AS pause",
                        "cast(1.25 AS DECIMAL(38,2)) AS price",
                        "content");
        Dataset<Row> scored = ImageInference.of(options().build()).transform(images);
        assertEquals(
                images.drop("content").orderBy("id").collectAsList(),
                scored.select("id", "nested", "old", "pause", "price")
                        .orderBy("id")
                        .collectAsList());
        assertEquals(images.schema().fields().length + 5, scored.schema().fields().length);
    }

    @Test
    void buildsAModelOnce() {
        ImageInference.of(options().build()).transform(images(8)).collectAsList();
        long builds = ModelCache.builds();
        IntStream.range(0, 3).forEach(i -> ImageInference.of(options().build())
                .transform(images(16).repartition(8))
                .collectAsList());
        assertEquals(builds, ModelCache.builds());
    }

    @Test
    void readsTheModelOnlyOnce(@TempDir Path folder) throws Exception {
        Path copy = Files.copy(MODEL, folder.resolve("model.onnx"));
        ImageInference inference =
                ImageInference.of(options().modelPath(copy.toString()).build());
        assertEquals(1, inference.transform(images(1)).count());
        Files.delete(copy);
        assertEquals(2, inference.transform(images(2)).count());
    }

    /** Rows whose images are null. */
    private Dataset<Row> images(int count) {
        return spark.range(count).selectExpr("id", "cast(NULL AS BINARY) AS content");
    }

    private static InferenceOptions.Builder options() {
        return InferenceOptions.builder().modelPath(MODEL.toString()).preprocessing(Preprocessing.preset("unit"));
    }

    private void assertRefused(String part, InferenceOptions.Builder options) {
        assertRefused(part, options, images(1));
    }

    private static void assertRefused(String part, InferenceOptions.Builder options, Dataset<Row> images) {
        ImageInference inference = ImageInference.of(options.build());
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> inference.transform(images))
                .getMessage());
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }

    private void assertModelRefused(String part, Path model) {
        ImageInference inference =
                ImageInference.of(options().modelPath(model.toString()).build());
        String message = String.valueOf(assertThrows(ModelException.class, () -> inference.transform(images(1)))
                .getMessage());
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }
}

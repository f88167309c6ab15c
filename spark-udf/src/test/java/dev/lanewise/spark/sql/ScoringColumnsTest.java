package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.Model;
import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.InvalidImageException;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** The DataFrame door on the scoring operator, beside the same on {@code mapPartitions}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoringColumnsTest {

    private static final int INVALID = 2;
    private static final String LOGITS =
            Model.load(FashionTable.MODEL).outputs().get(0).name();

    private final SparkSession spark = FashionTable.session();
    private String table = "";

    @BeforeAll
    void writeTheTable(@TempDir Path folder) throws IOException {
        FashionTable.create(spark, folder);
        table = folder.resolve("table.parquet").toUri().toString();
        spark.sql("SELECT regexp_extract(path, '[^/]+$', 0) path, length, content, image_decode(content) picture,"
                        + " array(struct(path AS `a.b`)) `nested.column`, length % 2 half FROM images"
                        + " UNION ALL SELECT 'none', 1L, NULL, NULL, NULL, 1L"
                        + " UNION ALL SELECT 'broken', 0L, X'00', NULL, NULL, 0L")
                .repartition(2)
                .write()
                .partitionBy("half")
                .parquet(table);
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void giveTheRowsOfMapPartitions() {
        List<InferenceOptions.Builder> kinds = List.of(
                options(),
                options()
                        .labels(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
                        .topK(3)
                        .dropInput(true),
                options()
                        .allProbabilities(true)
                        .outputs(Map.of("the logits", LOGITS))
                        .resultCol("result"),
                options().classes(false).outputs(Map.of("prediction", LOGITS)),
                options().inputCol("picture"),
                options().handleInvalid(HandleInvalid.SKIP));
        for (InferenceOptions.Builder kind : kinds) {
            ImageInference inference = ImageInference.of(kind.build());
            Dataset<Row> columns = inference.transform(images());
            Dataset<Row> partitions = inMapPartitions(inference);
            assertEquals(partitions.schema(), columns.schema());
            assertEquals(lines(partitions), lines(columns));
            assertEquals(1, FashionTable.operators(columns).size());
            assertEquals(0, FashionTable.operators(partitions).size());
        }
    }

    @Test
    void readOnlyTheColumnsAndFilesThatAreNeeded() {
        Dataset<Row> scored = ImageInference.of(options().build()).transform(images());
        Dataset<Row> labels = scored.filter("half = 1").select("path", "label");
        long rows = labels.collectAsList().size();
        assertEquals(images().filter("half = 1").count(), rows);
        String plan = plan(labels);
        assertTrue(plan.contains("ReadSchema: struct<path:string,content:binary>"), plan);
        assertTrue(plan.contains("PartitionFilters: [isnotnull(half"), plan);
        assertEquals(rows, FashionTable.metric(FashionTable.operators(labels).get(0), "images"));

        Dataset<Row> paths = scored.select("path");
        assertEquals(FashionTable.IMAGES + INVALID, paths.collectAsList().size());
        assertEquals(List.of(), FashionTable.operators(paths));
        assertTrue(plan(paths).contains("ReadSchema: struct<path:string>"), plan(paths));
    }

    @Test
    void runAnImageOnceInBatchesHoweverTheyAreUsed() {
        Dataset<Row> scored = ImageInference.of(options().batchSize(8).build()).transform(images());
        Dataset<Row> used = scored.filter("probability > 0.9")
                .select(functions
                        .when(functions.col("length").gt(0), functions.col("label"))
                        .otherwise("none")
                        .as("label"));
        assertTrue(used.collectAsList().size() > 10);
        ScoreImagesExec operator = FashionTable.operators(used).get(0);
        assertEquals(FashionTable.IMAGES + INVALID, FashionTable.metric(operator, "images"));
        Dataset<Row> guarded =
                scored.select(functions.when(functions.col("length").gt(0), functions.col("label")));
        assertEquals(FashionTable.IMAGES + INVALID, guarded.collectAsList().size());
        long batches = FashionTable.metric(FashionTable.operators(guarded).get(0), "batches");
        assertTrue(batches >= 5 && batches < 12, batches + " batches of at most 8");
    }

    @Test
    void skipInvalidImagesAndCountThemOnce() {
        ImageInference inference =
                ImageInference.of(options().handleInvalid(HandleInvalid.SKIP).build());
        Dataset<Row> scored = inference.transform(images());
        assertEquals(FashionTable.IMAGES, scored.count());
        assertEquals(INVALID, inference.skipped());
        assertEquals(0, scored.filter("length = 0").count());
        assertEquals(2 * INVALID, inference.skipped());
    }

    @Test
    void nameTheInvalidImageOfAnError() {
        ImageInference inference =
                ImageInference.of(options().handleInvalid(HandleInvalid.ERROR).build());
        assertEquals(
                FashionTable.IMAGES,
                inference.transform(images().filter("length > 1")).count());
        assertRefused("cannot score image broken: ", inference.transform(images().filter("length = 0")));
        assertRefused("(a row without a path column)", inference.transform(images().drop("path")));
        ImageInference ofStructs = ImageInference.of(
                options().inputCol("i").handleInvalid(HandleInvalid.ERROR).build());
        assertRefused(
                "cannot score image x.png: the image struct has no pixels",
                ofStructs.transform(spark.sql("SELECT named_struct('origin', half || 'x.png', 'height', 0,"
                        + " 'width', 0, 'nChannels', 1, 'mode', 0, 'data', X'') i FROM (SELECT '' half FROM images)")));
    }

    @Test
    void giveWayToMapPartitionsWhereTheExtensionIsMissing() {
        SparkSession without = spark.newSession();
        ((org.apache.spark.sql.classic.SparkSession) without)
                .sessionState()
                .functionRegistry()
                .dropFunction(new FunctionIdentifier("onnx_classify", Option.empty(), Option.empty()));
        ImageInference inference = ImageInference.of(options().build());
        Dataset<Row> scored = inference.transform(without.read().parquet(table));
        assertEquals(lines(inference.transform(images())), lines(scored));
        assertTrue(plan(scored).contains("MapPartitions"), plan(scored));
        Dataset<Row> doubles = images().selectExpr("path", "CAST(array() AS ARRAY<DOUBLE>) content");
        assertTrue(plan(inference.transform(doubles)).contains("MapPartitions"));
    }

    private Dataset<Row> images() {
        return spark.read().parquet(table);
    }

    private Dataset<Row> inMapPartitions(ImageInference inference) {
        Dataset<Row> images = images();
        return images.mapPartitions(
                inference.mapPartitionsFunction(spark, images.schema()),
                Encoders.row(inference.schema(images.schema())));
    }

    private static InferenceOptions.Builder options() {
        return InferenceOptions.builder()
                .modelPath(FashionTable.MODEL.toString())
                .preprocessing(Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f));
    }

    private static void assertRefused(String part, Dataset<Row> scored) {
        Throwable failure = assertThrows(Exception.class, scored::collectAsList);
        while (failure.getCause() != null && !(failure instanceof InvalidImageException)) {
            failure = failure.getCause();
        }
        assertTrue(failure instanceof InvalidImageException, failure.toString());
        assertTrue(String.valueOf(failure.getMessage()).contains(part), failure.getMessage());
    }

    private static String plan(Dataset<Row> query) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) query)
                .queryExecution()
                .executedPlan()
                .toString();
    }

    /** Floats print apart if their bits do. */
    private static List<String> lines(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::json).sorted().collect(Collectors.toList());
    }
}

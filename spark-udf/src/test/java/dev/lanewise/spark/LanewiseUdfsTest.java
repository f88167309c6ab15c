package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanewiseUdfsTest {

    private static final int IMAGES = 20;

    private final SparkSession spark = Clothes.session();
    private final Path folder;
    private Dataset<Row> images;

    LanewiseUdfsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void unzip() throws IOException {
        images = Clothes.read(spark, Clothes.unzip(IMAGES, folder));
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void giveTheBitsOfImageInference() {
        InferenceOptions options = Clothes.options().labels(Clothes.LABELS).build();
        List<Row> expected = ImageInference.of(options.toBuilder()
                        .allProbabilities(true)
                        .outputs(Map.of("embedding", Clothes.EMBEDDING))
                        .resultCol("result")
                        .build())
                .transform(images)
                .orderBy("path")
                .select("result.*")
                .collectAsList();
        spark.udf().register("clothes", LanewiseUdfs.classify(options));
        images.createOrReplaceTempView("images");
        assertEquals(
                spark.createDataFrame(
                                expected,
                                ImageInference.content(options.toBuilder()
                                                .allProbabilities(true)
                                                .outputs(Map.of("embedding", Clothes.EMBEDDING))
                                                .build())
                                        .fields())
                        .select("prediction", "label", "probability", "top", "error")
                        .collectAsList(),
                spark.sql("SELECT r.* FROM (SELECT clothes(content) AS r FROM images ORDER BY path)")
                        .collectAsList());
        List<Row> arrays = images.orderBy("path")
                .select(
                        LanewiseUdfs.predict(options).apply(images.col("content")),
                        LanewiseUdfs.embed(options, Clothes.EMBEDDING).apply(images.col("content")))
                .collectAsList();
        assertEquals(IMAGES, arrays.size());
        for (int i = 0; i < IMAGES; i++) {
            assertEquals(
                    expected.get(i).<Object>getAs("probabilities"),
                    arrays.get(i).get(0));
            assertEquals(
                    expected.get(i).<Object>getAs("embedding"), arrays.get(i).get(1));
        }
    }

    @Test
    void tellTheErrorOfAnImageThatCannotBeScored() {
        Dataset<Row> broken = spark.sql("SELECT X'89504E47' AS content UNION ALL SELECT NULL");
        InferenceOptions options = Clothes.options().build();
        broken.select(LanewiseUdfs.classify(options)
                        .apply(broken.col("content"))
                        .as("result"))
                .select("result.*")
                .collectAsList()
                .forEach(row -> {
                    assertNull(row.getAs("prediction"));
                    assertTrue(row.<String>getAs("error").length() > 5, row.toString());
                });
        broken.select(LanewiseUdfs.predict(options).apply(broken.col("content")))
                .collectAsList()
                .forEach(row -> assertNull(row.get(0)));
        InferenceOptions strict =
                options.toBuilder().handleInvalid(HandleInvalid.ERROR).build();
        Dataset<Row> failing = broken.select(LanewiseUdfs.predict(strict).apply(broken.col("content")));
        Throwable failure = assertThrows(Exception.class, failing::collectAsList);
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        assertTrue(failure instanceof InvalidImageException, failure.toString());
    }

    @Test
    void haveOneImageAtATimeWhateverABatchMayHold() {
        InferenceOptions large = Clothes.options()
                .batchSize(100_000_000)
                .maxBatchBytes(1_000_000_000_000L)
                .build();
        assertThrows(
                IllegalArgumentException.class, () -> ImageInference.of(large).transform(images));
        assertEquals(
                0,
                images.select(LanewiseUdfs.classify(large)
                                .apply(images.col("content"))
                                .getField("error")
                                .as("error"))
                        .filter("error IS NOT NULL")
                        .count());
    }

    @Test
    void embedTheValueThatTheOptionsName() {
        InferenceOptions options =
                Clothes.options().outputs(Map.of("features", Clothes.EMBEDDING)).build();
        assertEquals(
                images.orderBy("path")
                        .select(LanewiseUdfs.embed(options, Clothes.EMBEDDING).apply(images.col("content")))
                        .collectAsList(),
                images.orderBy("path")
                        .select(LanewiseUdfs.embed(options).apply(images.col("content")))
                        .collectAsList());
        InferenceOptions none = Clothes.options().build();
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> LanewiseUdfs.embed(none))
                        .getMessage())
                .contains("outputs names 0 values of the network, but embed gives one"));
    }

    @Test
    void refuseWhatAFunctionCannotDo() {
        InferenceOptions skipping =
                Clothes.options().handleInvalid(HandleInvalid.SKIP).build();
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> LanewiseUdfs.classify(skipping))
                        .getMessage())
                .contains("a function cannot leave rows out"));
        InferenceOptions greedy = Clothes.options().threads(1_000_000).build();
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> LanewiseUdfs.embed(greedy, Clothes.EMBEDDING))
                        .getMessage());
        assertTrue(message.contains("does not fit into executors with"), message);
        InferenceOptions options = Clothes.options().build();
        assertThrows(IllegalArgumentException.class, () -> LanewiseUdfs.embed(options, "nowhere"));
        Dataset<Row> wrong = images.select(LanewiseUdfs.classify(options).apply(images.col("path")));
        Throwable failure = assertThrows(Exception.class, wrong::collectAsList);
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        assertTrue(String.valueOf(failure.getMessage()).contains("String is no image"), failure.toString());
    }
}

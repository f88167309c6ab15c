package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.Model;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoreExtractionTest {

    private static final String ROW_BY_ROW =
            "SELECT path, s.* FROM (SELECT path, CASE WHEN length > 0 THEN onnx_classify(content, 'fashion') END s"
                    + " FROM images)";

    private final SparkSession spark = FashionTable.session();
    private final String logits =
            Model.load(FashionTable.MODEL).outputs().get(0).name();
    private List<String> expected = List.of();

    /** What the DataFrame door says of the images. */
    @BeforeAll
    void readImages(@TempDir Path folder) throws IOException {
        FashionTable.create(spark, folder);
        expected = lines(ImageInference.of(InferenceOptions.builder()
                        .modelPath(FashionTable.MODEL.toString())
                        .preprocessing(
                                Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f))
                        .build())
                .transform(spark.table("images"))
                .drop("modificationTime", "length", "content"));
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @ParameterizedTest
    @CsvSource({"true, true, 1", "true, false, 7", "false, true, 3", "false, false, 2"})
    void givesTheBitsOfTheDataFrameDoor(boolean codegen, boolean adaptive, int partitions) {
        spark.conf().set("spark.sql.codegen.wholeStage", codegen);
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        try {
            spark.table("images").repartition(partitions).createOrReplaceTempView("cut");
            Dataset<Row> query =
                    spark.sql("SELECT path, s.* FROM (SELECT path, onnx_classify(content, 'fashion') s FROM cut)");
            assertEquals(expected, lines(query));
            assertEquals(40, FashionTable.metric(only(query), "images"));
        } finally {
            spark.conf().unset("spark.sql.codegen.wholeStage");
            spark.conf().unset("spark.sql.adaptive.enabled");
        }
    }

    @Test
    void runsRowByRowWhatACaseGuardsWithTheSameBits() {
        Dataset<Row> query = spark.sql(ROW_BY_ROW);
        assertEquals(expected, lines(query));
        assertEquals(List.of(), FashionTable.operators(query));
        for (String guarded : List.of(
                "coalesce(path, onnx_classify(content, 'fashion').label)",
                "if(length < 0, onnx_classify(content, 'fashion').label, '')",
                "length < 0 AND onnx_classify(content, 'fashion').label = '1'",
                "exists(array(content), c -> onnx_classify(c, 'fashion').label = '1')")) {
            Dataset<Row> other = spark.sql("SELECT " + guarded + " FROM images");
            assertEquals(40, other.collectAsList().size());
            assertEquals(List.of(), FashionTable.operators(other), guarded);
        }
    }

    @Test
    void threeFunctionsAndAFilterOnTheResultRunAnImageOnce() {
        Dataset<Row> query = spark.sql("SELECT path, s.label, p, e, t.top FROM (SELECT path,"
                + " onnx_classify(content, 'fashion', 1) s, onnx_predict(content, 'fashion') p,"
                + " onnx_embed(content, 'fashion', '" + logits + "') e,"
                + " onnx_classify(content, 'fashion', 10) t FROM images) WHERE s.probability > 0.9");
        List<Row> rows = query.collectAsList();
        assertEquals(spark.sql(ROW_BY_ROW).filter("probability > 0.9").count(), rows.size());
        assertTrue(rows.size() > 10 && rows.size() < 40, rows.size() + " rows");
        ScoreImagesExec operator = only(query);
        assertEquals(40, FashionTable.metric(operator, "images"));
        assertEquals(0, FashionTable.metric(operator, "invalid"));
        long batches = FashionTable.metric(operator, "batches");
        assertTrue(batches >= 3 && batches <= 4, batches + " batches of at most 16 in 2 partitions");
        assertTrue(FashionTable.metric(operator, "inferTime") > 0);
        for (Row row : rows) {
            assertEquals(10, row.getList(row.fieldIndex("p")).size());
            assertEquals(10, row.getList(row.fieldIndex("e")).size());
            List<Row> top = row.getList(row.fieldIndex("top"));
            assertEquals(10, top.size());
            List<Float> probabilities = row.getList(row.fieldIndex("p"));
            top.forEach(best -> assertEquals(probabilities.get(best.getInt(0)), best.getFloat(2)));
        }
    }

    @Test
    void scoresOnlyWhatOtherConditionsLetPass() {
        Dataset<Row> query = spark.sql("SELECT path FROM images WHERE onnx_classify(content, 'fashion').probability > 0"
                + " AND path LIKE '%\\_7.png'");
        int sneakers = query.collectAsList().size();
        assertTrue(sneakers > 0 && sneakers < 40, sneakers + " sneakers");
        assertEquals(sneakers, FashionTable.metric(only(query), "images"));
        Dataset<Row> limited = spark.sql(
                "SELECT path, onnx_classify(content, 'fashion') FROM (SELECT /*+ COALESCE(1) */ * FROM images)"
                        + " LIMIT 3");
        assertEquals(3, limited.collectAsList().size());
        assertEquals(3, FashionTable.metric(only(limited), "images"));
    }

    @Test
    void readsOnlyTheColumnsThatAreNeeded() {
        Dataset<Row> query = spark.sql("SELECT count(*) FROM (SELECT path, length, onnx_classify(content, 'fashion') s"
                + " FROM images) WHERE s.probability > 0.9");
        query.collectAsList();
        String plan = ((org.apache.spark.sql.classic.Dataset<Row>) query)
                .queryExecution()
                .executedPlan()
                .toString();
        assertTrue(plan.contains("ReadSchema: struct<content:binary>"), plan);
        assertEquals(40, FashionTable.metric(only(query), "images"));
    }

    @Test
    void leavesAggregatesJoinsAndSorts() {
        assertScoredOnce(
                "SELECT onnx_classify(content, 'fashion').label label, count(*) n,"
                        + " max(onnx_classify(content, 'fashion').probability) best FROM images GROUP BY 1",
                "SELECT label, count(*) n, max(probability) best FROM (" + ROW_BY_ROW + ") GROUP BY 1");
        assertScoredOnce(
                "SELECT path, name FROM images JOIN (VALUES (7, 'sneaker'), (9, 'boot')) AS v(id, name)"
                        + " ON onnx_classify(content, 'fashion').prediction = id",
                "SELECT path, if(prediction = 7, 'sneaker', 'boot') FROM (" + ROW_BY_ROW
                        + ") WHERE prediction IN (7, 9)");
        assertScoredOnce(
                "SELECT path FROM images ORDER BY onnx_classify(content, 'fashion').probability, path LIMIT 5",
                "SELECT path FROM (" + ROW_BY_ROW + ") ORDER BY probability, path LIMIT 5");
        assertScoredOnce(
                "SELECT path, posexplode(onnx_predict(content, 'fashion')) FROM images",
                "SELECT path, posexplode(if(length > 0, onnx_predict(content, 'fashion'), NULL)) FROM images");
        assertScoredOnce(
                "SELECT path, onnx_classify(last, 'fashion').prediction FROM"
                        + " (SELECT path, max(content) last FROM images GROUP BY path)",
                "SELECT path, prediction FROM (" + ROW_BY_ROW + ")");
        assertScoredOnce(
                "SELECT path, onnx_classify(content, 'fashion').prediction FROM images GROUP BY path, content",
                "SELECT path, prediction FROM (" + ROW_BY_ROW + ")");
    }

    @Test
    void leavesScoringOfLocalRowsToTheExecutors() {
        List<Row> local = spark.table("images").limit(4).collectAsList();
        Dataset<Row> query = spark.createDataFrame(local, spark.table("images").schema())
                .selectExpr("path", "onnx_classify(content, 'fashion') s");
        assertEquals(4, query.collectAsList().size());
        assertEquals(4, FashionTable.metric(only(query), "images"));
    }

    private void assertScoredOnce(String query, String rowByRow) {
        Dataset<Row> batched = spark.sql(query);
        assertEquals(lines(spark.sql(rowByRow)), lines(batched), query);
        only(batched);
    }

    private static ScoreImagesExec only(Dataset<Row> query) {
        List<ScoreImagesExec> operators = FashionTable.operators(query);
        assertEquals(1, operators.size(), () -> operators.toString());
        return operators.get(0);
    }

    /** The rows as text, in an order of their own; floats print apart if their bits do. */
    private static List<String> lines(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().collect(Collectors.toList());
    }
}

package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Parquet table of images, read as batches of columns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoringOfBatchesTest {

    private static final int WITHOUT_IMAGE = 3;
    private static final String SCORED = "SELECT *, onnx_classify(content, 'fashion') s FROM table";

    private final SparkSession spark = FashionTable.session();
    private String table = "";
    private List<String> expected = List.of();

    @BeforeAll
    void writeTheTable(@TempDir Path folder) throws IOException {
        FashionTable.create(spark, folder);
        table = folder.resolve("table.parquet").toUri().toString();
        spark.sql("SELECT regexp_extract(path, '[^/]+$', 0) path, content,"
                        + " map(path, array(length, NULL)) lengths, named_struct('day', date(modificationTime),"
                        + " 'price', CAST(length AS DECIMAL(30, 2)), 'same', 'text') nested,"
                        + " if(length % 2 = 0, NULL, length) odd, image_decode(content) picture, length % 2 half"
                        + " FROM images")
                .unionByName(spark.range(WITHOUT_IMAGE).selectExpr("'none ' || id path", "id half"), true)
                .repartition(2)
                .write()
                .partitionBy("half")
                .parquet(table);
        spark.read().parquet(table).createOrReplaceTempView("table");
        spark.conf().set("spark.sql.parquet.enableVectorizedReader", "false");
        Dataset<Row> ofRows = spark.sql(SCORED);
        expected = lines(ofRows);
        assertEquals(FashionTable.IMAGES + WITHOUT_IMAGE, expected.size());
        assertInstanceOf(FileSourceScanExec.class, only(ofRows).child());
        spark.conf().unset("spark.sql.parquet.enableVectorizedReader");
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @ParameterizedTest
    @CsvSource({"true, true, 4096, parquet", "false, false, 7, parquet", "true, true, 1, ''", "true, false, 64, ''"})
    void givesTheBitsAndColumnsOfRowsWithoutAConversion(
            boolean codegen, boolean adaptive, int readerBatch, String sourcesOfVersion1) {
        Map<String, String> settings = Map.of(
                "spark.sql.codegen.wholeStage", String.valueOf(codegen),
                "spark.sql.adaptive.enabled", String.valueOf(adaptive),
                "spark.sql.parquet.columnarReaderBatchSize", String.valueOf(readerBatch),
                "spark.sql.sources.useV1SourceList", sourcesOfVersion1);
        settings.forEach((name, value) -> spark.conf().set(name, value));
        try {
            Dataset<Row> query = spark.read().parquet(table).selectExpr("*", "onnx_classify(content, 'fashion') s");
            assertEquals(expected, lines(query));
            ScoreImagesExec operator = only(query);
            Class<?> scan = sourcesOfVersion1.isEmpty() ? BatchScanExec.class : FileSourceScanExec.class;
            assertEquals(scan, operator.child().getClass());
            assertEquals(FashionTable.IMAGES + WITHOUT_IMAGE, FashionTable.metric(operator, "images"));
            assertEquals(WITHOUT_IMAGE, FashionTable.metric(operator, "invalid"));
        } finally {
            settings.keySet().forEach(spark.conf()::unset);
        }
    }

    @Test
    void readsImageStructsAndPreparedArraysOfColumns() {
        Dataset<Row> ofStructs = spark.sql("SELECT path, onnx_classify(picture, 'fashion') s FROM table");
        assertEquals(lines(spark.sql("SELECT path, s FROM (" + SCORED + ")")), lines(ofStructs));
        assertInstanceOf(FileSourceScanExec.class, only(ofStructs).child());
        Dataset<Row> computed =
                spark.sql("SELECT path, onnx_classify(if(odd IS NULL, NULL, content), 'fashion') IS NULL s FROM table");
        assertEquals(
                spark.sql("SELECT path FROM table WHERE odd IS NULL").count(),
                computed.filter("s").count());
    }

    @Test
    void aConditionOnRowsStaysBetween() {
        Dataset<Row> query = spark.sql("SELECT path, onnx_classify(content, 'fashion') s FROM table WHERE odd > 0");
        assertEquals(
                spark.sql("SELECT path FROM table WHERE odd > 0").count(),
                query.collectAsList().size());
        String beneath = only(query).child().toString();
        assertTrue(beneath.matches("(?s).*Filter .*ColumnarToRow.*FileScan parquet.*"), beneath);
    }

    @Test
    void twoModelsReadTheColumnsOnce() {
        Dataset<Row> query = spark.sql("SELECT path, onnx_classify(content, 'fashion').label a,"
                + " onnx_classify(picture, 'fashion').label b FROM table WHERE half = 1");
        List<Row> rows = query.collectAsList();
        rows.forEach(row -> assertEquals(row.get(1), row.get(2)));
        List<ScoreImagesExec> operators = FashionTable.operators(query);
        assertEquals(2, operators.size());
        assertEquals(rows.size(), FashionTable.metric(operators.get(0), "images"));
        assertInstanceOf(FileSourceScanExec.class, operators.get(1).child());
    }

    private static ScoreImagesExec only(Dataset<Row> query) {
        List<ScoreImagesExec> operators = FashionTable.operators(query);
        assertEquals(1, operators.size(), operators::toString);
        return operators.get(0);
    }

    /** Floats print apart if their bits do. */
    private static List<String> lines(Dataset<Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows.collectAsList()) {
            lines.add(row.json());
        }
        Collections.sort(lines);
        return lines;
    }
}

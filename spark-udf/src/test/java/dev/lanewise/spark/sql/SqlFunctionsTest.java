package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlFunctionsTest {

    private final SparkSession spark = FashionTable.session();

    @BeforeAll
    void readImages(@TempDir Path folder) throws IOException {
        FashionTable.create(spark, folder);
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void nullContentGivesNull() {
        assertNull(value("onnx_classify(NULL, 'fashion')"));
        assertNull(value("onnx_predict(CAST(NULL AS BINARY), 'fashion')"));
        assertNull(value("image_decode(NULL)"));
        Row rows = spark.sql("SELECT count(*), count(onnx_classify(if(length > 0, NULL, content), 'fashion')),"
                        + " count(onnx_classify(content, 'fashion')) FROM images")
                .first();
        assertEquals(List.of(40L, 0L, 40L), List.of(rows.get(0), rows.get(1), rows.get(2)));
    }

    @Test
    void anImageThatCannotBeReadGivesTheReasonOrAnErrorOrNull() {
        Row classified = spark.sql("SELECT s.* FROM (SELECT onnx_classify(X'00', 'fashion') s)")
                .first();
        assertNull(classified.getAs("prediction"));
        assertTrue(classified.<String>getAs("error").contains("not an image"), classified.toString());
        for (String function : List.of("onnx_predict(X'00', 'fashion')", "image_decode(X'00')")) {
            SparkRuntimeException failure = assertThrows(SparkRuntimeException.class, () -> value(function));
            assertEquals("FAILED_EXECUTE_UDF", failure.getCondition());
            assertTrue(failure.getMessage().contains("not an image"), failure.getMessage());
            assertNull(value("try_" + function));
        }
        assertNull(value("try_onnx_classify(X'00', 'fashion')"));
        assertEquals(
                0L,
                spark.sql("SELECT try_onnx_predict(encode(path, 'utf-8'), 'fashion') p FROM images")
                        .filter("p IS NOT NULL")
                        .count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "onnx_classify(content)               | WRONG_NUM_ARGS.WITHOUT_SUGGESTION       | [2, 3]",
                "onnx_embed(content, 'fashion')       | WRONG_NUM_ARGS.WITHOUT_SUGGESTION       | 3",
                "onnx_classify(path, 'fashion')       | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | BINARY",
                "onnx_classify(content, 1)            | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | second",
                "onnx_classify(content, path)         | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT    | `model`",
                "onnx_classify(content, 'fashion', length) | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT | `topK`",
                "onnx_classify(content, 'fashion', 0) | DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE    | `topK`",
                "onnx_predict(content, NULL)          | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | STRING",
                "onnx_predict(content, CAST(NULL AS STRING)) | DATATYPE_MISMATCH.UNEXPECTED_NULL | `model`",
                "onnx_predict(content, 'shoes')       | FAILED_FUNCTION_CALL                    | no model is named 'shoes'",
                "onnx_predict(content, 'gone')        | FAILED_FUNCTION_CALL                    | /nowhere/gone.onnx does not exist",
                "onnx_predict(content, '/a/b.onnx')   | FAILED_FUNCTION_CALL                    | /a/b.onnx does not exist",
                "onnx_embed(content, 'fashion', 'x')  | FAILED_FUNCTION_CALL                    | no value named 'x'",
                "image_resize(content, 'a', 1)        | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | INT"
            })
    void refusesWithSparksConditionsWhenTheQueryIsAnalysed(String call, String condition, String part) {
        AnalysisException refused =
                assertThrows(AnalysisException.class, () -> spark.sql("SELECT " + call + " FROM images"));
        assertEquals(condition, refused.getCondition());
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }

    @Test
    void refusesAModelThatCannotFitTheExecutorsWhenTheQueryIsAnalysed() {
        Map<String, String> settings =
                Map.of("spark.lanewise.batchSize", "100000000", "spark.lanewise.maxBatchBytes", "1000000000000");
        settings.forEach((name, value) -> spark.conf().set(name, value));
        try {
            AnalysisException refused = assertThrows(
                    AnalysisException.class, () -> spark.sql("SELECT onnx_predict(content, 'fashion') FROM images"));
            assertEquals("FAILED_FUNCTION_CALL", refused.getCondition());
            assertTrue(refused.getMessage().contains("does not fit into executors with"), refused.getMessage());
            assertTrue(refused.getMessage().contains("spark.driver.memory"), refused.getMessage());
            assertTrue(
                    refused.getMessage().contains("lower spark.lanewise.batchSize, spark.lanewise.maxBatchBytes"),
                    refused.getMessage());
        } finally {
            settings.keySet().forEach(spark.conf()::unset);
        }
        spark.sql("SELECT onnx_predict(content, 'fashion') FROM images");
    }

    @Test
    void aModelsSettingLimitsTheSizeOfImages() {
        spark.conf().set("spark.lanewise.model.fashion.maxPixels", "783");
        try {
            Row row = spark.sql("SELECT onnx_classify(content, 'fashion').error FROM images")
                    .first();
            assertTrue(row.getString(0).contains("more than the limit of 783; raise maxPixels"), row.getString(0));
        } finally {
            spark.conf().unset("spark.lanewise.model.fashion.maxPixels");
        }
    }

    @Test
    void embedsByANetworkThatIsNoClassifier(@TempDir Path models) throws IOException {
        ModelProto.Builder network = ModelProto.parseFrom(Files.readAllBytes(FashionTable.MODEL)).toBuilder();
        String features = network.getGraph().getNode(0).getOutput(0);
        network.getGraphBuilder()
                .getOutputBuilder(0)
                .setName(features)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();
        Path file = Files.write(models.resolve("features.onnx"), network.build().toByteArray());

        Map<String, String> settings = Map.of(
                "spark.lanewise.model.features.path", file.toString(), "spark.lanewise.model.features.preset", "unit");
        settings.forEach((name, value) -> spark.conf().set(name, value));
        try {
            Row row = spark.sql("SELECT onnx_embed(content, 'features', '" + features + "') e FROM images")
                    .first();
            assertTrue(row.getList(0).size() > 28 * 28, () -> row.getList(0).size() + " values");
        } finally {
            settings.keySet().forEach(spark.conf()::unset);
        }
    }

    @Test
    void describesEveryFunction() {
        for (OnnxFunction function : OnnxFunction.values()) {
            String described = described(function.sqlName());
            assertTrue(described.contains("Usage: " + function.sqlName() + "(content, model"), described);
            assertTrue(described.contains("spark.lanewise.model.<name>.path"), described);
        }
        for (PictureFunction function : PictureFunction.values()) {
            String described = described(function.sqlName());
            assertTrue(described.contains("Usage: " + function.sqlName() + "(image"), described);
        }
    }

    @Test
    void listsTheModelsThatSettingsName() {
        assertEquals(
                List.of("fashion", "gone"),
                spark.sql("SELECT name FROM onnx_models() ORDER BY name").collectAsList().stream()
                        .map(row -> row.getString(0))
                        .toList());
        Row fashion =
                spark.sql("SELECT * FROM onnx_models() WHERE name = 'fashion'").first();
        assertEquals(FashionTable.MODEL.toString(), fashion.getAs("path"));
        assertEquals(5, fashion.<Integer>getAs("topK"));
    }

    @Test
    void decodesAndResizesToSparksImageStruct() {
        Row sizes = spark.sql("SELECT image_decode(content) d, image_resize(content, 14, 7) r,"
                        + " image_resize(image_decode(content), 28, 28) same FROM images LIMIT 1")
                .first();
        Row decoded = sizes.getStruct(0);
        Row resized = sizes.getStruct(1);
        assertEquals(List.of(28, 28, 1, 0), List.of(decoded.get(1), decoded.get(2), decoded.get(3), decoded.get(4)));
        assertEquals(14, resized.<Integer>getAs("width"));
        assertEquals(7, resized.<Integer>getAs("height"));
        assertEquals(98, resized.<byte[]>getAs("data").length);
        assertArrayEquals(decoded.<byte[]>getAs("data"), sizes.getStruct(2).<byte[]>getAs("data"));
    }

    @Test
    void aDecodedImageScoresAsItsFileDoes() {
        assertEquals(
                0L,
                spark.sql("SELECT * FROM images WHERE onnx_predict(content, 'fashion')"
                                + " <> onnx_predict(image_decode(content), 'fashion')")
                        .count());
    }

    private @Nullable Object value(String expression) {
        return spark.sql("SELECT " + expression).first().get(0);
    }

    private String described(String function) {
        return spark.sql("DESCRIBE FUNCTION EXTENDED " + function).collectAsList().stream()
                .map(row -> row.getString(0))
                .collect(Collectors.joining("\n"));
    }
}

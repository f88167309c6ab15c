package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanewiseCatalogTest {

    private final SparkSession spark = FashionTable.session();

    @BeforeAll
    void readImagesAndNameAnotherModel(@TempDir Path folder) throws IOException {
        FashionTable.create(spark, folder);
        nameACopy("other", 1, folder);
    }

    /** Of the same network, but of other bytes. */
    private void nameACopy(String name, int version, Path folder) throws IOException {
        Path copy = Files.copy(FashionTable.MODEL, folder.resolve(name + ".onnx"));
        // A message of protobuf may be followed by another, which is merged into it: here by a model_version.
        Files.write(copy, new byte[] {40, (byte) version}, StandardOpenOption.APPEND);
        spark.conf().set("spark.lanewise.model." + name + ".path", copy.toString());
        spark.conf().set("spark.lanewise.model." + name + ".preset", "unit");
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void givesTheAnswersOfTheFunctions() {
        assertEquals(
                spark.sql("SELECT path, onnx_classify(content, 'fashion', 3), onnx_predict(content, 'fashion'),"
                                + " base64(image_resize(content, 9, 9).data) FROM images ORDER BY path")
                        .collectAsList()
                        .toString(),
                spark.sql("SELECT path, lanewise.onnx_classify(content, 'fashion', 3),"
                                + " lanewise.onnx_predict(content, 'fashion'), base64(lanewise.image_resize(content, 9, 9).data)"
                                + " FROM images ORDER BY path")
                        .collectAsList()
                        .toString());
    }

    @Test
    void readsTheModelThatACallNamesAndBuildsItWhenTheQueryRuns(@TempDir Path folder) throws IOException {
        nameACopy("fresh", 2, folder);
        try {
            long builds = ModelCache.builds();
            Dataset<Row> query = spark.sql("SELECT lanewise.onnx_predict(content, 'fresh') FROM images LIMIT 1");
            assertEquals(builds, ModelCache.builds(), "built while the query was analysed");
            assertEquals(Set.of("fresh"), models(query).read().keySet());

            query.collectAsList();
            query.collectAsList();
            assertEquals(builds + 1, ModelCache.builds());
        } finally {
            spark.conf().unset("spark.lanewise.model.fresh.path");
            spark.conf().unset("spark.lanewise.model.fresh.preset");
        }
    }

    @Test
    void takesTheModelFromAColumn() {
        String chosen = "IF(path LIKE '%0.png', 'fashion', 'other')";
        Dataset<Row> query =
                spark.sql("SELECT path, lanewise.onnx_predict(content, " + chosen + ") FROM images ORDER BY path");
        assertEquals(Set.of("fashion", "other"), models(query).read().keySet());
        assertEquals(Set.of("gone"), models(query).unreadable().keySet());
        assertEquals(
                spark.sql("SELECT path, IF(path LIKE '%0.png', lanewise.onnx_predict(content, 'fashion'),"
                                + " lanewise.onnx_predict(content, 'other')) FROM images ORDER BY path")
                        .collectAsList()
                        .toString(),
                query.collectAsList().toString());
    }

    @Test
    void groupsByACallThatIsSelectedToo() {
        String label = "lanewise.onnx_classify(content, 'fashion').label";
        assertEquals(
                (long) FashionTable.IMAGES,
                spark.sql("SELECT " + label + ", count(*) n FROM images GROUP BY " + label).collectAsList().stream()
                        .mapToLong(row -> row.getLong(1))
                        .sum());
    }

    @Test
    void noticesASettingThatHasChanged() {
        String query = "SELECT lanewise.onnx_predict(content, 'fashion') FROM images ORDER BY path LIMIT 1";
        String before = spark.sql(query).collectAsList().toString();
        spark.conf().set("spark.lanewise.model.fashion.mean", "0.5");
        try {
            assertNotEquals(before, spark.sql(query).collectAsList().toString());
        } finally {
            spark.conf().set("spark.lanewise.model.fashion.mean", "0.2860");
        }
        assertEquals(before, spark.sql(query).collectAsList().toString());
    }

    @Test
    void worksWithoutTheExtension() {
        SparkSession without = spark.newSession();
        CollectionConverters.asJava(spark.conf().getAll()).forEach((name, value) -> {
            if (name.startsWith("spark.lanewise.")) {
                without.conf().set(name, value);
            }
        });
        ((org.apache.spark.sql.classic.SparkSession) without)
                .sessionState()
                .functionRegistry()
                .dropFunction(new FunctionIdentifier("onnx_classify", Option.empty(), Option.empty()));
        long builds = ModelCache.builds();
        Dataset<Row> query = without.sql("SELECT lanewise.onnx_predict(X'00', 'fashion') IS NULL FROM range(1)");
        assertEquals(Set.of("fashion", "other"), models(query).read().keySet());
        assertEquals(builds, ModelCache.builds(), "built while the query was analysed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shoes", "gone", "/a/b.onnx"})
    void findsAnUnknownModelWhenTheQueryRuns(String model) {
        Dataset<Row> query = spark.sql("SELECT lanewise.onnx_predict(content, '" + model + "') FROM images");
        String message = messageOf(query);
        assertTrue(message.contains(model), message);
    }

    @Test
    void refusesAColumnThatHoldsNoImagesWhenTheQueryIsAnalysed() {
        assertThrows(
                AnalysisException.class, () -> spark.sql("SELECT lanewise.onnx_predict(path, 'fashion') FROM images"));
    }

    @Test
    void refusesAModelThatCannotFitTheExecutorsWhenTheQueryRuns() {
        String query = "SELECT lanewise.onnx_predict(content, 'fashion') FROM images";
        spark.conf().set("spark.lanewise.threads", "1000000");
        try {
            String message = messageOf(spark.sql(query));
            assertTrue(message.contains("does not fit into executors with"), message);
            assertTrue(message.contains("spark.driver.memory"), message);
        } finally {
            spark.conf().unset("spark.lanewise.threads");
        }
        spark.sql(query).first();
    }

    private static String messageOf(Dataset<Row> query) {
        Throwable failure = assertThrows(Exception.class, query::collectAsList);
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return String.valueOf(failure.getMessage());
    }

    /** The models that the one call of a query may be asked for. */
    private static CatalogModels models(Dataset<Row> query) {
        List<CatalogModels> found = new ArrayList<>();
        collect(
                ((org.apache.spark.sql.classic.Dataset<Row>) query)
                        .queryExecution()
                        .analyzed(),
                found);
        assertEquals(1, found.size(), "calls");
        return found.get(0);
    }

    private static void collect(LogicalPlan plan, List<CatalogModels> found) {
        CollectionConverters.asJava(plan.expressions()).forEach(expression -> collect(expression, found));
        CollectionConverters.asJava(plan.children()).forEach(child -> collect(child, found));
    }

    private static void collect(Expression expression, List<CatalogModels> found) {
        if (expression instanceof ApplyFunctionExpression call
                && call.function() instanceof CatalogScoring.Bound bound
                && bound.models() != null) {
            found.add(bound.models());
        }
        CollectionConverters.asJava(expression.children()).forEach(child -> collect(child, found));
    }
}

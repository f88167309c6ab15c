package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** The shipped images through every door: the right answers, and the same bits however the work is cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FiveDoorsTest {

    private static final int IMAGES = 1000;

    /** Those that the planner's operator serves. */
    private static final Set<String> IN_BATCHES = Set.of("operator", "transformer", "sql");

    private static final String MODEL = FashionMnist.MODEL.toUri().toString();

    private final SparkSession spark = LocalSpark.session();
    private final Path folder;
    private List<String> expected = List.of();

    FiveDoorsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void scoreOnce() throws IOException {
        for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
            Files.write(folder.resolve(image.getKey()), image.getValue());
        }
        expected = ScoreLines.of(
                ImageInference.of(Doors.options(MODEL).build())
                        .transform(files())
                        .collectAsList(),
                "path");
    }

    @AfterEach
    void unset() {
        List.copyOf(CollectionConverters.asJava(spark.conf().getAll()).keySet()).stream()
                .filter(setting -> setting.startsWith("spark.lanewise."))
                .forEach(spark.conf()::unset);
        spark.conf().unset("spark.sql.codegen.wholeStage");
        spark.conf().unset("spark.sql.adaptive.enabled");
    }

    @AfterAll
    void nothingStaysAllocated() {
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void getAsManyRightAsTheTrainingFrameworkDid() {
        assertEquals(IMAGES, expected.size());
        assertEquals(929, expected.stream().filter(FiveDoorsTest::isRight).count());
    }

    /** Every two columns have every pair of their values in some row. */
    @ParameterizedTest(name = "{0} partitions, batches of {1}, {2} threads, code generation {3}, adaptive {4}")
    @CsvSource({
        "1,  1, 1, true,  true",
        "7,  1, 2, false, false",
        "1,  7, 2, true,  false",
        "7,  7, 1, false, true",
        "1, 64, 2, false, true",
        "7, 64, 1, true,  false"
    })
    void giveTheSameBits(int partitions, int batchSize, int threads, boolean codegen, boolean adaptive) {
        spark.conf().set("spark.sql.codegen.wholeStage", codegen);
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        Dataset<Row> images = files().repartition(partitions);

        Doors.of(spark, MODEL, batchSize, threads).forEach((door, scored) -> {
            Dataset<Row> scores = scored.apply(images);

            assertEquals(expected, ScoreLines.of(scores.collectAsList(), "path"), door);

            List<SparkPlan> operators = operators(scores);
            assertEquals(IN_BATCHES.contains(door) ? 1 : 0, operators.size(), door);
            for (SparkPlan operator : operators) {
                assertEquals(IMAGES, metric(operator, "images"), door);
                assertEquals(0, metric(operator, "invalid"), door);
                long batches = metric(operator, "batches");
                int fewest = (IMAGES + batchSize - 1) / batchSize;
                assertTrue(batches >= fewest && batches < fewest + partitions, door + ": " + batches + " batches");
            }
        });
    }

    private Dataset<Row> files() {
        return spark.read().format("binaryFile").load(folder.toString());
    }

    private static long metric(SparkPlan operator, String name) {
        return operator.metrics().apply(name).value();
    }

    private static List<SparkPlan> operators(Dataset<Row> scored) {
        List<SparkPlan> found = new ArrayList<>();
        collect(
                ((org.apache.spark.sql.classic.Dataset<Row>) scored)
                        .queryExecution()
                        .executedPlan(),
                found);
        return found;
    }

    private static void collect(SparkPlan plan, List<SparkPlan> found) {
        if (plan.nodeName().equals("ScoreImages")) {
            found.add(plan);
        }
        if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            collect(adaptive.executedPlan(), found);
        } else if (plan instanceof QueryStageExec stage) {
            collect(stage.plan(), found);
        }
        CollectionConverters.asJava(plan.children()).forEach(child -> collect(child, found));
    }

    /** Whether a line's prediction is the label in the file's name. */
    private static boolean isRight(String line) {
        String[] words = line.split(" ");
        return FashionMnist.labelOf(Path.of(words[0]).getFileName().toString()) == Integer.parseInt(words[1]);
    }
}

package dev.lanewise.spark.sql;

import dev.lanewise.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import scala.jdk.javaapi.CollectionConverters;

/** A session with the shipped model, and a view {@code images} of some of the shipped images. */
final class FashionTable {

    /** How many images the view has. */
    static final int IMAGES = 40;

    static final Path MODEL = Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx");

    private FashionTable() {}

    static SparkSession session() {
        return session(Map.of());
    }

    static SparkSession session(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "spark.sql.catalog.lanewise", LanewiseCatalog.class.getName(),
                "spark.lanewise.batchSize", "16",
                "spark.lanewise.model.fashion.path", MODEL.toString(),
                "spark.lanewise.model.fashion.preset", "unit",
                "spark.lanewise.model.fashion.mean", "0.2860",
                "spark.lanewise.model.fashion.std", "0.3530",
                "spark.lanewise.model.gone.path", "/nowhere/gone.onnx"));
        settings.putAll(more);
        return LocalSpark.session(2, settings);
    }

    /** Writes images to the folder, and makes the view: {@code path}, {@code modificationTime}, {@code length}, {@code content}. */
    static void create(SparkSession spark, Path folder) throws IOException {
        Path archive = MODEL.resolveSibling("fashion-mnist-1000.zip");
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            int written = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null && written < IMAGES; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".png")) {
                    Files.write(folder.resolve(Path.of(entry.getName()).getFileName()), zip.readAllBytes());
                    written++;
                }
            }
        }
        spark.read().format("binaryFile").load(folder.toString()).createOrReplaceTempView("images");
    }

    /** The scoring operators of a query that has run. */
    static List<ScoreImagesExec> operators(Dataset<Row> query) {
        List<ScoreImagesExec> found = new ArrayList<>();
        collect(
                ((org.apache.spark.sql.classic.Dataset<Row>) query)
                        .queryExecution()
                        .executedPlan(),
                found);
        return found;
    }

    static long metric(ScoreImagesExec operator, String name) {
        return operator.metrics().apply(name).value();
    }

    private static void collect(SparkPlan plan, List<ScoreImagesExec> found) {
        if (plan instanceof ScoreImagesExec operator) {
            found.add(operator);
        }
        if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            collect(adaptive.executedPlan(), found);
        } else if (plan instanceof QueryStageExec stage) {
            collect(stage.plan(), found);
        }
        CollectionConverters.asJava(plan.children()).forEach(child -> collect(child, found));
    }
}

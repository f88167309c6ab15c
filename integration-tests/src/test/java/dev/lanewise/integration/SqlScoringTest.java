package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The shipped images through SQL, with labels from a file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlScoringTest {

    private static final String MODEL = "spark.lanewise.model.shipped.";

    private final SparkSession spark = LocalSpark.session();
    private final Path folder;
    private List<String> expected = List.of();

    SqlScoringTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void scoreOnce() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
            Files.write(images.resolve(image.getKey()), image.getValue());
        }
        spark.read().format("binaryFile").load(images.toString()).createOrReplaceTempView("files");
        Path labels = Files.write(folder.resolve("labels.txt"), FashionMnist.LABELS);
        spark.conf().set(MODEL + "path", FashionMnist.MODEL.toUri().toString());
        spark.conf().set(MODEL + "labels", labels.toString());
        spark.conf().set(MODEL + "preset", "unit");
        spark.conf().set(MODEL + "mean", "0.2860");
        spark.conf().set(MODEL + "std", "0.3530");
        expected = ScoreLines.of(
                ImageInference.of(FashionMnist.options().dropInput(true).build())
                        .transform(spark.table("files"))
                        .collectAsList(),
                "path");
    }

    @AfterAll
    void nothingStaysAllocated() {
        for (String setting : List.of("path", "labels", "preset", "mean", "std")) {
            spark.conf().unset(MODEL + setting);
        }
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void getsAsManyRightAsTheTrainingFrameworkDid() {
        assertEquals(
                929,
                spark.sql("SELECT path FROM files WHERE onnx_classify(content, 'shipped').prediction"
                                + " = int(regexp_extract(path, '_([0-9])[.]png$', 1))")
                        .count());
    }

    @Test
    void givesTheSameBitsForDecodedImages() {
        List<Row> rows = spark.sql("SELECT path, s.* FROM"
                        + " (SELECT path, onnx_classify(image_decode(content), 'shipped') s FROM files)")
                .collectAsList();
        assertEquals(expected, ScoreLines.of(rows, "path"));
    }
}

package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark's own image source, beside the encoded files. */
class ImageStructTest {

    private final Path folder;

    ImageStructTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void scoresAsTheEncodedFilesDo() throws IOException {
        Files.write(folder.resolve("colour.png"), TestImages.rgbPng());
        Map.Entry<String, byte[]> grey = FashionMnist.images().firstEntry();
        Files.write(folder.resolve(grey.getKey()), grey.getValue());

        Dataset<Row> structs = LocalSpark.session().read().format("image").load(folder.toString());
        Dataset<Row> files = LocalSpark.session().read().format("binaryFile").load(folder.toString());
        List<String> fromStructs = ScoreLines.of(
                score(structs.selectExpr("image", "regexp_extract(image.origin, '[^/]*$', 0) AS name"), "image"),
                "name");
        List<String> fromFiles = ScoreLines.of(
                score(files.selectExpr("content", "regexp_extract(path, '[^/]*$', 0) AS name"), "content"), "name");
        assertEquals(2, fromStructs.size());
        assertEquals(fromFiles, fromStructs);
    }

    @Test
    void keepsARowForAFileThatSparkCouldNotDecode() throws IOException {
        Files.write(folder.resolve("notes.png"), new byte[] {1, 2, 3});
        Files.write(folder.resolve("colour.png"), TestImages.rgbPng());
        Dataset<Row> structs = LocalSpark.session().read().format("image").load(folder.toString());
        Map<String, Row> rows = new TreeMap<>();
        score(structs.withColumn("name", structs.col("image.origin")), "image")
                .forEach(row -> rows.put(row.<String>getAs("name").replaceFirst(".*/", ""), row));
        assertEquals(2, rows.size());
        assertNull(ScoreLines.row(rows, "colour.png").getAs("error"));
        Row broken = ScoreLines.row(rows, "notes.png");
        assertTrue(broken.<String>getAs("error").contains("could not decode"), broken.toString());
        assertNull(broken.getAs("prediction"));
    }

    private static List<Row> score(Dataset<Row> images, String column) {
        return ImageInference.of(FashionMnist.resizingOptions()
                        .inputCol(column)
                        .dropInput(true)
                        .build())
                .transform(images)
                .collectAsList();
    }
}

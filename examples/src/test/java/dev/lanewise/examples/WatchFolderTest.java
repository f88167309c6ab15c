package dev.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchFolderTest {

    @Test
    void scoresEveryImageOnceAlsoThoseThatArriveLater(@TempDir Path folder) throws Exception {
        Path all = ScoreFashion.unzip(Path.of("fashion-mnist", "fashion-mnist-1000.zip"), folder.resolve("all"));
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        String[] arguments = {
            "fashion-mnist", incoming.toString(), folder.resolve("out").toString(), "once"
        };
        List<Path> images;
        try (Stream<Path> files = Files.list(all)) {
            images = files.sorted().limit(30).toList();
        }
        for (Path image : images.subList(0, 20)) {
            Files.move(image, incoming.resolve(image.getFileName()));
        }
        Printed.by(WatchFolder::main, arguments);
        for (Path image : images.subList(20, 30)) {
            Files.move(image, incoming.resolve(image.getFileName()));
        }
        Printed.by(WatchFolder::main, arguments);

        try (SparkSession spark =
                SparkSession.builder().master("local[1]").appName("check").getOrCreate()) {
            List<String> names = spark
                    .read()
                    .parquet(folder.resolve("out").resolve("scores").toString())
                    .selectExpr("regexp_extract(path, '[^/]*$', 0)", "isnotnull(label)")
                    .collectAsList()
                    .stream()
                    .map(WatchFolderTest::labelled)
                    .sorted()
                    .toList();
            assertEquals(
                    images.stream().map(image -> image.getFileName().toString()).toList(), names);
        }
    }

    /** The name of an image that has a label. */
    private static String labelled(Row row) {
        assertTrue(row.getBoolean(1), row.toString());
        return row.getString(0);
    }
}

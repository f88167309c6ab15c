package dev.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFashionInSqlTest {

    @Test
    void getsAsManyRightAsTheDataFrameProgram(@TempDir Path images) throws IOException {
        Path fashionMnist = Path.of("fashion-mnist").toAbsolutePath();
        try (ZipInputStream zip =
                new ZipInputStream(Files.newInputStream(fashionMnist.resolve("fashion-mnist-1000.zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".png")) {
                    Files.write(images.resolve(Path.of(entry.getName()).getFileName()), zip.readAllBytes());
                }
            }
        }
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate()) {
            List<Row> classes = ScoreFashionInSql.score(spark, fashionMnist.resolve("fmnist-grouped.onnx"), images)
                    .collectAsList();
            assertEquals(10, classes.size());
            assertEquals(
                    1000,
                    classes.stream().mapToLong(row -> row.<Long>getAs("images")).sum());
            assertEquals(
                    929,
                    classes.stream().mapToLong(row -> row.<Long>getAs("right")).sum());
        }
    }
}

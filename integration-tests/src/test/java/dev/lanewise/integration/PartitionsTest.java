package dev.lanewise.integration;

import static org.apache.spark.sql.functions.spark_partition_id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.integration.EventLog.Attempt;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How images are spread over tasks: many small files, and files of few row groups. No task is to hold back a job. */
@Timeout(300)
class PartitionsTest {

    private static final int CORES = 2;

    /** Ten thousand images are enough for the second compiler to pay. */
    private static final String ALL_COMPILERS = "-XX:+TieredCompilation";

    private static final int TASKS = 3 * CORES;

    /** Of 128 MB, with each counting for 256 KB at least. */
    private static final int MOST_FILES = 512;

    private static final int ROW_GROUP = 1000;
    private static final int ROW_GROUPS = 6;

    private final Path folder;

    PartitionsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void scoreSpreadsTenThousandSmallFilesEvenlyOverTasks() throws Exception {
        Path images = folder.resolve("images");
        for (int copy = 0; copy < 10; copy++) {
            Path copies = Files.createDirectories(images.resolve("copy-" + copy));
            for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
                Files.write(copies.resolve(image.getKey()), image.getValue());
            }
        }
        Path events = Files.createDirectory(folder.resolve("events"));
        Map<String, String> settings = new HashMap<>(EventLog.settings(events));
        settings.put("spark.master", "local[" + CORES + "]");
        String scores = folder.resolve("scores").toString();

        Launcher.Outcome outcome = new ScoreCommand(
                        folder, ALL_COMPILERS, settings, List.of("--input", images.toString(), "--output", scores))
                .run(Map.of());

        assertEquals(0, outcome.exit(), outcome.err());
        Dataset<Row> rows = LocalSpark.session().read().parquet(scores);
        assertEquals(10_000, rows.select("path").distinct().count());
        assertEquals(10_000, rows.filter("error IS NULL").count());
        // Those that write are those that score; what lists or counts writes nothing.
        List<Long> written = EventLog.read(events).attempts().stream()
                .map(Attempt::written)
                .filter(count -> count > 0)
                .toList();
        assertTrue(written.size() >= TASKS, "tasks that wrote rows: " + written);
        assertTrue(written.size() <= 10_000 / MOST_FILES + 2, "tasks that wrote rows: " + written);
        assertTrue(written.stream().allMatch(count -> count <= MOST_FILES), "rows by task: " + written);
        assertEven(written, 1.25);
    }

    @Test
    void aFileOfManyRowGroupsGoesToAsManyTasksWithoutOneThatTakesMoreThanTwo() throws IOException {
        SparkSession session = session();
        List<Long> rows = rowsByPartition(session, parquet(session, ROW_GROUP), ROW_GROUPS);

        assertTrue(rows.size() > ROW_GROUPS / 2, "rows by partition: " + rows);
        assertTrue(rows.stream().allMatch(count -> count <= 2 * ROW_GROUP), "rows by partition: " + rows);
    }

    @Test
    void aFileOfOneRowGroupIsOneTaskUnlessItsRowsAreRepartitioned() throws IOException {
        SparkSession session = session();
        Path one = parquet(session, ROW_GROUPS * ROW_GROUP);

        assertEquals(List.of((long) ROW_GROUPS * ROW_GROUP), rowsByPartition(session, one, ROW_GROUPS));
        List<Long> spread =
                byPartition(scored(session.read().parquet(one.toString()).repartition(TASKS)));
        assertEquals(TASKS, spread.size());
        assertEven(spread, 1.05);
    }

    /** Small files count as they are, as {@code score} has them. */
    private static SparkSession session() {
        SparkSession session = LocalSpark.session().newSession();
        session.conf().set("spark.sql.files.openCostInBytes", "64KB");
        return session;
    }

    private static List<Long> rowsByPartition(SparkSession session, Path parquet, int partitions) {
        session.conf().set("spark.sql.files.minPartitionNum", Integer.toString(partitions));
        return byPartition(scored(session.read().parquet(parquet.toString())));
    }

    private static Dataset<Row> scored(Dataset<Row> images) {
        return ImageInference.of(FashionMnist.options().dropInput(true).build()).transform(images);
    }

    /** Those partitions that have rows; every row must be scored, and none twice. */
    private static List<Long> byPartition(Dataset<Row> scored) {
        Dataset<Row> placed =
                scored.withColumn("partition", spark_partition_id()).cache();
        try {
            assertEquals(ROW_GROUPS * ROW_GROUP, placed.filter("error IS NULL").count());
            assertEquals(
                    ROW_GROUPS * ROW_GROUP, placed.select("path").distinct().count());
            return placed.groupBy("partition").count().collectAsList().stream()
                    .map(row -> row.getLong(1))
                    .toList();
        } finally {
            placed.unpersist();
        }
    }

    private Path parquet(SparkSession session, int rowsPerGroup) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int copy = 0; copy < ROW_GROUPS; copy++) {
            for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
                rows.add(RowFactory.create(copy + "/" + image.getKey(), image.getValue()));
            }
        }
        Path file = folder.resolve("images-" + rowsPerGroup);
        StructType schema = new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);
        session.createDataFrame(rows, schema)
                .coalesce(1)
                .write()
                .option("parquet.block.row.count.limit", rowsPerGroup)
                .option("parquet.block.size", 1L << 30)
                .parquet(file.toString());
        return file;
    }

    private static void assertEven(List<Long> counts, double most) {
        double mean = counts.stream().mapToLong(count -> count).average().orElseThrow();
        assertTrue(counts.stream().allMatch(count -> count <= most * mean), "rows by task: " + counts);
    }
}

package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as users have them: some files are fine, others are broken in every way. */
class ImageFolderTest {

    private final Path folder;
    private final Set<String> good;
    private final Set<String> bad;

    ImageFolderTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        good = MixedFolder.good().keySet();
        bad = MixedFolder.bad().keySet();
        MixedFolder.write(folder);
    }

    @AfterEach
    void nothingStaysAllocated() throws InterruptedException {
        ArrowMemory.assertAllReturned();
    }

    @Test
    void keepsARowForEveryFileAndAReasonForEveryBrokenOne() {
        Dataset<Row> scored = inference(HandleInvalid.KEEP).transform(images().repartition(2));
        assertEquals(2, scored.javaRDD().getNumPartitions());
        Map<String, Row> rows = byName(scored);

        Set<String> all = new TreeSet<>(good);
        all.addAll(bad);
        assertEquals(all, rows.keySet());
        good.forEach(name -> assertScored(name, ScoreLines.row(rows, name)));
        bad.forEach(name -> assertInvalid(name, ScoreLines.row(rows, name)));
    }

    @Test
    void givesReasonsThatTellWhatIsWrong() {
        Map<String, Row> rows = byName(inference(HandleInvalid.KEEP).transform(images()));
        assertReason(rows, "oversized.png", "60000");
        assertReason(rows, "empty.jpg", "empty");
        assertReason(rows, "truncated.jpg", "truncated");
        assertReason(rows, "truncated.png", "truncated");
    }

    @Test
    void readsSubfoldersAndGlobsAndEmptyFilesInThem() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("inner/most"));
        Files.write(inner.resolve("none.png"), new byte[0]);
        Files.write(inner.resolve("three.png"), new byte[3]);
        Files.write(inner.resolve(".hidden.png"), new byte[0]);
        assertEquals(good.size() + bad.size() + 2, images().count());
        Dataset<Row> matching = ImageFolders.read(
                LocalSpark.session(), folder.resolve("inner/*").toString());
        assertEquals(
                List.of(
                        inner.resolve("none.png").toUri() + " 0 0",
                        inner.resolve("three.png").toUri() + " 3 3"),
                matching.orderBy("path").collectAsList().stream()
                        .map(row -> row.<String>getAs("path").replace("file:/", "file:///") + " " + row.getAs("length")
                                + " " + row.<byte[]>getAs("content").length)
                        .toList());
    }

    @Test
    void appliesTheExifOrientation() {
        Map<String, Row> rows = byName(inference(HandleInvalid.KEEP).transform(images()));
        assertEquals(probability(rows, "plain.jpg"), probability(rows, "upright.jpg"));
        assertNotEquals(probability(rows, "plain.jpg"), probability(rows, "turned.jpg"));
        assertNotEquals(probability(rows, "plain.jpg"), probability(rows, "mirrored.jpg"));
    }

    @Test
    void skipLeavesBrokenFilesOutAndCountsThem() {
        ImageInference inference = inference(HandleInvalid.SKIP);
        Map<String, Row> rows = byName(inference.transform(images()));
        assertEquals(good, rows.keySet());
        assertEquals(bad.size(), inference.skipped());
    }

    @Test
    void errorFailsTheJobAndNamesTheFile() {
        Dataset<Row> scored = inference(HandleInvalid.ERROR)
                .transform(images().filter("path LIKE '%oversized.png' OR path LIKE '%plain.jpg'"));
        Exception failure = assertThrows(Exception.class, scored::collect);
        String message = String.valueOf(failure.getMessage());
        String whole = message + " "
                + (failure.getCause() == null ? "" : failure.getCause().getMessage());
        assertTrue(whole.contains("oversized.png"), whole);
        assertTrue(whole.contains("60000"), whole);
    }

    @Test
    void errorPassesAFolderWithoutBrokenFiles() {
        Dataset<Row> sound = images().filter(bad.stream()
                .map(name -> "path NOT LIKE '%/" + name + "'")
                .collect(Collectors.joining(" AND ")));
        assertEquals(
                good, byName(inference(HandleInvalid.ERROR).transform(sound)).keySet());
    }

    private Dataset<Row> images() {
        return ImageFolders.read(LocalSpark.session(), folder.toString());
    }

    private static ImageInference inference(HandleInvalid handling) {
        return ImageInference.of(FashionMnist.resizingOptions()
                .handleInvalid(handling)
                .batchSize(3)
                .build());
    }

    private static Map<String, Row> byName(Dataset<Row> scored) {
        Map<String, Row> rows = new HashMap<>();
        for (Row row : scored.drop("content").collectAsList()) {
            Row earlier =
                    rows.put(Path.of(row.<String>getAs("path")).getFileName().toString(), row);
            assertNull(earlier, "two rows for " + row.getAs("path"));
        }
        return new TreeMap<>(rows);
    }

    private static void assertScored(String name, Row row) {
        assertNull(row.getAs("error"), name);
        int prediction = row.<Integer>getAs("prediction");
        List<Row> top = row.getList(row.fieldIndex("top"));
        assertEquals(FashionMnist.LABELS.get(prediction), row.getAs("label"), name);
        assertEquals(5, top.size(), name);
        assertEquals(prediction, top.get(0).<Integer>getAs("index"), name);
        assertEquals(row.<Float>getAs("probability"), top.get(0).<Float>getAs("probability"), name);
        assertTrue(row.<Float>getAs("probability") > 0.1f, name);
    }

    private static void assertInvalid(String name, Row row) {
        String error = row.getAs("error");
        assertNotNull(error, name + " was scored: " + row);
        assertTrue(!error.isBlank() && error.lines().count() == 1, name + ": " + error);
        List.of("prediction", "label", "probability", "top").forEach(column -> assertNull(row.getAs(column), name));
    }

    private static float probability(Map<String, Row> rows, String name) {
        return ScoreLines.row(rows, name).<Float>getAs("probability");
    }

    private static void assertReason(Map<String, Row> rows, String name, String part) {
        String error = String.valueOf(ScoreLines.row(rows, name).<String>getAs("error"));
        assertTrue(error.toLowerCase(Locale.ROOT).contains(part), name + ": " + error);
    }
}

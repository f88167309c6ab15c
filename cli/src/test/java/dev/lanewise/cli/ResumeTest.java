package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code score} commits, and what it goes on from. */
class ResumeTest {

    private static final String[] NAMES = {"00000_9", "00001_2", "00002_1", "00003_1", "00004_6", "00005_1", "00006_4"};

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Path images = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void writeFiveImages() throws IOException {
        images = Files.createDirectories(folder.resolve("images [1]"));
        output = folder.resolve("scores");
        for (int image = 0; image < 4; image++) {
            writeImage(image);
        }
        Files.createFile(images.resolve("empty.png"));
    }

    @Test
    void commitsInChunksThatReadersSeeAsOneDataset() throws IOException {
        CommandRun run = score("--chunk-size", 2);

        assertEquals(0, run.code(), run.err());
        assertTrue(run.lastLine().startsWith("scored 5 images, 1 invalid, "), run.out());
        assertEquals(3, manifests());
        assertEquals(5, predictions().size());
        assertTrue(Files.exists(output.resolve("_SUCCESS")));
        assertFalse(Files.exists(output.resolve("_lanewise/staging")));
    }

    @Test
    void scoresOnlyWhatNoChunkHolds() throws IOException {
        assertEquals(0, score("--chunk-size", 2).code());
        SortedSet<String> before = parts();
        SortedMap<String, Integer> first = predictions();
        writeImage(5);
        writeImage(6);

        CommandRun run = score("--resume", "--batch-size", 1);

        assertEquals(0, run.code(), run.err());
        assertTrue(run.lastLine().startsWith("scored 2 images, 0 invalid, "), run.out());
        assertTrue(run.err().contains("resuming: 5 of 7 images are scored already"), run.err());
        SortedMap<String, Integer> all = predictions();
        assertEquals(7, all.size());
        assertTrue(all.entrySet().containsAll(first.entrySet()), all + " holds " + first);
        assertTrue(parts().containsAll(before), "the files of earlier chunks stay");

        CommandRun again = score("--resume");
        assertTrue(again.lastLine().startsWith("scored 0 images, 0 invalid, "), again.out() + again.err());
        assertEquals(all, predictions());
    }

    @Test
    void beginsWhereThereIsNothingToGoOnFrom() throws IOException {
        CommandRun run = score("--resume");

        assertTrue(run.lastLine().startsWith("scored 5 images, 1 invalid, "), run.out() + run.err());
        assertEquals(5, predictions().size());
    }

    @Test
    void endsACommitThatWasCutOff() throws IOException {
        assertEquals(0, score("--chunk-size", 3).code());
        SortedMap<String, Integer> whole = predictions();
        // As a run leaves it that ends between its manifest's name and the last file's move.
        String part = parts().first();
        String manifest = manifestOf(part);
        Path staging = Files.createDirectories(output.resolve("_lanewise/staging/" + manifest));
        Files.move(output.resolve(part), staging.resolve(part));
        Files.delete(output.resolve("_SUCCESS"));
        Path uncommitted = Files.createDirectories(output.resolve("_lanewise/staging/chunk-00007"));
        Files.writeString(uncommitted.resolve("part-00000-uncommitted.snappy.parquet"), "half a file");

        CommandRun run = score("--resume");

        assertTrue(run.lastLine().startsWith("scored 0 images, "), run.out() + run.err());
        assertEquals(whole, predictions());
        assertFalse(Files.exists(output.resolve("_lanewise/staging")));
    }

    @Test
    void refusesADatasetThatHasLostAFile() throws IOException {
        assertEquals(0, score().code());
        String lost = parts().first();
        Files.delete(output.resolve(lost));

        refuses(score("--resume"), lost + " is lost");
    }

    @Test
    void refusesRowsOfAnotherMakeBesideThoseThatAreThere() throws IOException {
        assertEquals(0, score().code());
        Path other = Files.copy(TestModels.FASHION, folder.resolve("other.onnx"));
        // An empty producer_version: other bytes, the same network.
        Files.write(other, new byte[] {0x1A, 0}, StandardOpenOption.APPEND);

        refuses(score("--resume", "--top-k", 2), "--top-k '5', not '2'");
        refuses(score("--resume", "--format", "json"), "--format 'parquet', not 'json'");
        refuses(score("--resume", "--mean", "0.5"), "mean [0.286]");
        refuses(run(other, "--resume"), "with another model, " + TestModels.FASHION);
        assertEquals(5, predictions().size());
    }

    @Test
    void refusesAFolderThatItHasNotMade() throws IOException {
        Files.createDirectories(output);
        Files.writeString(output.resolve("part-00000.parquet"), "of another program");

        refuses(score("--resume"), "cannot be resumed");
        assertEquals(2, score("--resume", "--overwrite").code());
        assertEquals(2, score("--chunk-size", "0").code());
        assertEquals("of another program", Files.readString(output.resolve("part-00000.parquet")));
    }

    @Test
    void tellsOfImagesThatHaveChangedSince() throws IOException {
        assertEquals(0, score().code());
        Files.setLastModifiedTime(images.resolve(NAMES[0] + ".png"), FileTime.fromMillis(1_000_000));

        CommandRun run = score("--resume");

        assertTrue(run.err().contains("1 of them have changed since"), run.err());
        assertEquals(5, predictions().size());
    }

    private void writeImage(int image) throws IOException {
        try (ZipFile zip = new ZipFile(
                        TestModels.EXAMPLE.resolve("fashion-mnist-1000.zip").toFile());
                InputStream in = zip.getInputStream(new ZipEntry(NAMES[image] + ".png"))) {
            Files.copy(in, images.resolve(NAMES[image] + ".png"));
        }
    }

    private static void refuses(CommandRun run, String word) {
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains(word), run.err());
        assertEquals("", run.out());
    }

    private CommandRun score(Object... options) {
        return run(TestModels.FASHION, options);
    }

    private CommandRun run(Path model, Object... options) {
        List<Object> args = new ArrayList<>(List.of("score", "--model", model, "--input", images, "--output", output));
        args.addAll(List.of("--preset", "unit", "--std", "0.3530", "--master", "local[2]"));
        if (!List.of(options).contains("--mean")) {
            args.addAll(List.of("--mean", "0.2860"));
        }
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray());
    }

    private long manifests() throws IOException {
        try (Stream<Path> log = Files.list(output.resolve("_lanewise"))) {
            return log.filter(file -> file.getFileName().toString().matches("chunk-\\d+\\.json"))
                    .count();
        }
    }

    private String manifestOf(String part) throws IOException {
        try (Stream<Path> log = Files.list(output.resolve("_lanewise"))) {
            for (Path file : log.filter(file -> file.getFileName().toString().matches("chunk-\\d+\\.json"))
                    .toList()) {
                if (Files.readString(file).contains(part)) {
                    return file.getFileName().toString().replace(".json", "");
                }
            }
        }
        throw new AssertionError("no manifest names " + part);
    }

    private SortedSet<String> parts() throws IOException {
        try (Stream<Path> children = Files.list(output)) {
            return new TreeSet<>(children.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("part-"))
                    .toList());
        }
    }

    /** Every row that a reader of the folder finds: paths must not repeat. */
    private SortedMap<String, Integer> predictions() throws IOException {
        TreeMap<String, Integer> predictions = new TreeMap<>();
        try (SparkSession session = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            for (Row row : session.read().parquet(output.toString()).collectAsList()) {
                Integer before =
                        predictions.put(row.getAs("path"), row.isNullAt(1) ? -1 : row.<Integer>getAs("prediction"));
                assertEquals(null, before, row.<String>getAs("path") + " is there twice");
            }
        }
        return predictions;
    }
}

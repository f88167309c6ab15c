package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose driver is killed in the middle of a batch, and started again. */
@Timeout(420)
class StreamingRestartTest {

    private static final int BEFORE = 10;
    private static final int AFTER = 6;

    private final Path folder;

    StreamingRestartTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void scoresEveryFileExactlyOnceThoughTheDriverIsKilled() throws Exception {
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        Path scores = folder.resolve("scores");
        NavigableMap<String, byte[]> all = FashionMnist.images();
        List<String> images = List.copyOf(all.keySet()).subList(0, BEFORE + AFTER);
        arrive(incoming, all, images.subList(0, BEFORE));
        // Spark takes the oldest files first: this one is in the second batch.
        String hangingAt = images.get(StreamingApp.FILES_PER_BATCH + 1);
        Path reached = folder.resolve("reached");

        Process first = start(incoming, scores, hangingAt, reached.toString());
        try {
            await(first, reached);
        } finally {
            first.destroyForcibly();
        }
        assertEquals(137, first.waitFor(), "the exit code after SIGKILL");
        assertTrue(rows(scores).size() < BEFORE, "the second batch was not to be committed");

        arrive(incoming, all, images.subList(BEFORE, BEFORE + AFTER));
        Process second = start(incoming, scores);
        try {
            assertTrue(second.waitFor(180, TimeUnit.SECONDS), this::log);
            assertEquals(0, second.exitValue(), this::log);
        } finally {
            second.destroyForcibly();
        }

        Dataset<Row> atOnce = ImageInference.of(
                        FashionMnist.options().dropInput(true).build())
                .transform(ImageFolders.read(LocalSpark.session(), incoming.toString()));
        List<String> expected = ScoreLines.of(atOnce.collectAsList(), "path");
        assertEquals(BEFORE + AFTER, expected.size());
        assertEquals(expected, ScoreLines.of(rows(scores), "path"));
    }

    /** What the sink has committed. */
    private static List<Row> rows(Path scores) {
        return LocalSpark.session().read().parquet(scores.toString()).collectAsList();
    }

    /** Files appear complete: written under a name that Spark does not see, then renamed. One second apart, oldest first. */
    private static void arrive(Path incoming, Map<String, byte[]> all, List<String> names) throws IOException {
        for (String name : names) {
            Path hidden = incoming.resolve("." + name);
            Files.write(hidden, all.get(name));
            long age = Integer.parseInt(name.substring(0, name.indexOf('_')));
            Files.setLastModifiedTime(hidden, FileTime.fromMillis(1_700_000_000_000L + 1000 * age));
            Files.move(hidden, incoming.resolve(name));
        }
    }

    private void await(Process driver, Path file) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!Files.exists(file)) {
            assertTrue(driver.isAlive() && System.nanoTime() < end, this::log);
            Thread.sleep(50);
        }
    }

    private Process start(Path incoming, Path scores, String... hanging) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx1g"));
        command.add("-Dlanewise.examples=" + System.getProperty("lanewise.examples"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StreamingApp.class.getName()));
        command.addAll(List.of(
                incoming.toString(),
                scores.toString(),
                folder.resolve("checkpoint").toString()));
        command.addAll(List.of(hanging));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("log.txt").toFile()))
                .start();
    }

    private String log() {
        try (Stream<String> lines = Files.lines(folder.resolve("log.txt"))) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lanewise.benchmarks.standalone.SparkHome;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code lanewise score} on a standalone cluster of two workers with a core each, cut off by {@code kill -9} or a full disk,
 * and what {@code --resume} makes of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ResumeFaultsTest {

    private static final int IMAGES = 200;
    private static final int CHUNK = 50;
    private static final int KILLED = 128 + 9;

    /** What each executor can write: enough for a chunk, too little for all that is its part. */
    private static final int FULL = 25_000;

    private final Path folder;
    private final Path images;
    private List<String> quiet = List.of();
    private Path output = Path.of("");
    private int runs;
    private StandaloneCluster cluster;

    ResumeFaultsTest(@TempDir Path folder) {
        this.folder = folder;
        this.images = folder.resolve("images");
    }

    @BeforeAll
    void scoreInPeace() throws IOException {
        Files.createDirectories(images);
        int number = 0;
        for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
            if (number == IMAGES) {
                break;
            }
            byte[] bytes = image.getValue();
            boolean corrupt = number++ % 100 == 17;
            Files.write(images.resolve(image.getKey()), corrupt ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
        }
        quiet = ScoreLines.of(
                ImageInference.of(FashionMnist.options().dropInput(true).build())
                        .transform(
                                LocalSpark.session().read().format("binaryFile").load(images.toString()))
                        .collectAsList(),
                "path");
        cluster = StandaloneCluster.start(
                new SparkHome(Launcher.DISTRIBUTION.resolve("lib/spark")),
                folder.resolve("cluster"),
                2,
                new StandaloneCluster.Worker(1, 640));
    }

    @AfterAll
    void endTheCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void anotherOutput() {
        output = folder.resolve("run-" + runs++).resolve("scores");
    }

    /** After two chunks, between a commit and its files' move, and in the middle of the move. */
    @ParameterizedTest
    @CsvSource({
        "fs.faulty.kill.before, .*/_lanewise/chunk-.*\\.json, 3, 2",
        "fs.faulty.kill.after, .*/_lanewise/chunk-.*\\.json, 2, 2",
        "fs.faulty.kill.after, .*/scores/part-00002-.*, 1, 1"
    })
    void aDriverThatIsKilledLosesNoCommittedRowAndRepeatsNone(String moment, String path, int time, int committed)
            throws Exception {
        Set<String> before = applications();
        Launcher.Outcome cut = score(Map.of(moment, path, KillAtRename.AT, Integer.toString(time)));

        assertEquals(KILLED, cut.exit(), cut.err());
        assertEquals(committed, manifests().size(), "commits before the driver was killed");
        assertFalse(Files.exists(output.resolve("_SUCCESS")));
        Set<String> published = parts();

        Launcher.Outcome resumed = score(Map.of(), "--resume");

        assertEquals(0, resumed.exit(), resumed.err());
        int left = IMAGES - committed * CHUNK;
        assertTrue(resumed.lastLine().startsWith("scored " + left + " images, "), resumed.out());
        assertTrue(parts().containsAll(published), "files of committed chunks stay");
        assertEquals(quiet, lines());
        Set<String> ran = applications();
        ran.removeAll(before);
        assertEquals(2, ran.size(), "the cluster had the killed run and the resumed one");
    }

    @Test
    void aFullDiskIsToldAndTheRunGoesOnOnceThereIsSpace() throws Exception {
        Launcher.Outcome full = score(Map.of(FaultyDisk.SPACE, Integer.toString(FULL)));

        assertEquals(1, full.exit(), full.err());
        List<String> told =
                full.err().lines().filter(line -> line.startsWith("lanewise: ")).toList();
        assertEquals(1, told.size(), full.err());
        assertTrue(told.get(0).contains("No space left on device"), full.err());
        assertFalse(Files.exists(output.resolve("_SUCCESS")));

        assertEquals(0, score(Map.of(), "--resume").exit());
        assertEquals(quiet, lines());
    }

    @Test
    void aFolderThatCannotBeMadeIsTold() throws Exception {
        output = Path.of("/proc/lanewise-scores");

        Launcher.Outcome refused = score(Map.of());

        assertEquals(1, refused.exit(), refused.err());
        assertTrue(refused.err().contains("lanewise: "), refused.err());
        assertTrue(refused.err().contains("/proc/lanewise-scores"), refused.err());
        assertFalse(refused.err().contains("\tat "), refused.err());
    }

    private Launcher.Outcome score(Map<String, String> faults, String... more)
            throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "spark.driver.host", "127.0.0.1",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.ui.enabled", "false",
                "spark.locality.wait", "0",
                "spark.executor.memory", "512m",
                "spark.executor.cores", "1",
                "spark.executor.extraJavaOptions", ClusterTest.QUICK_START,
                "spark.executor.extraClassPath", ScoreCommand.testClasses(),
                "spark.hadoop.fs.faulty.impl", FaultyDisk.class.getName());
        List<String> arguments = List.of(
                "--master", cluster.master(),
                "--input", images.toString(),
                "--output", "faulty://" + output,
                "--chunk-size", Integer.toString(CHUNK));
        return new ScoreCommand(folder, ClusterTest.QUICK_START, settings, arguments).run(faults, more);
    }

    /** All that the master has ever seen, by their ids. */
    private Set<String> applications() throws IOException {
        JsonNode state = cluster.state();
        return Stream.of("activeapps", "completedapps")
                .flatMap(list -> StreamSupport.stream(state.path(list).spliterator(), false))
                .map(application -> application.path("id").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> lines() {
        return ScoreLines.of(
                LocalSpark.session().read().parquet(output.toString()).collectAsList(), "path");
    }

    private Set<String> manifests() throws IOException {
        return named(output.resolve("_lanewise"), "chunk-\\d+\\.json");
    }

    private Set<String> parts() throws IOException {
        return named(output, "part-.*");
    }

    private static Set<String> named(Path parent, String pattern) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

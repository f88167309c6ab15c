package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageInference;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lanewise score} cut off by {@code kill -9} or a full disk, and what {@code --resume} makes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ResumeFaultsTest {

    private static final int IMAGES = 200;
    private static final int CHUNK = 50;
    private static final int KILLED = 128 + 9;

    private final Path folder;
    private final Path images;
    private List<String> quiet = List.of();
    private Path output = Path.of("");
    private int runs;

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
        Launcher.Outcome cut = score(Map.of(moment, path, FaultyDisk.KILL_AT, Integer.toString(time)));

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
    }

    @Test
    void aFullDiskIsToldAndTheRunGoesOnOnceThereIsSpace() throws Exception {
        Launcher.Outcome full = score(Map.of(FaultyDisk.SPACE, "60000"));

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
        String settings = faults.entrySet().stream()
                .map(fault -> " -Dspark.hadoop." + fault.getKey() + "=" + fault.getValue())
                .collect(Collectors.joining());
        Map<String, String> environment = Map.of(
                "PATH",
                System.getenv("PATH"),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "SPARK_DIST_CLASSPATH",
                testClasses(),
                "LANEWISE_JAVA_OPTS",
                "-Xmx768m " + ClusterTest.QUICK_START + " -Dspark.master=local[2] -Dspark.hadoop.fs.faulty.impl="
                        + FaultyDisk.class.getName() + settings);
        List<String> arguments = new ArrayList<>(List.of("score", "--model", FashionMnist.MODEL.toString()));
        arguments.addAll(List.of("--input", images.toString(), "--output", "faulty://" + output));
        arguments.addAll(List.of("--preset", "unit", "--mean", "0.2860", "--std", "0.3530"));
        arguments.addAll(List.of("--labels", labels().toString(), "--chunk-size", Integer.toString(CHUNK)));
        arguments.addAll(List.of(more));
        return Launcher.run(
                Launcher.DISTRIBUTION.resolve("lanewise"), folder, environment, 240, arguments.toArray(String[]::new));
    }

    private Path labels() throws IOException {
        return Files.write(folder.resolve("labels.txt"), FashionMnist.LABELS);
    }

    /** Where this JVM has the faulty disk's class from. */
    private static String testClasses() {
        return new File(FaultyDisk.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
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

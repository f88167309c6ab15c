package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same images by every door through each executor of a cluster that has nothing of Lanewise but the bundle. */
@Timeout(420)
class EveryExecutorTest {

    private static final int IMAGES = 8;

    private static final Set<String> DOORS = Set.of("operator", "transformer", "udf", "sql", "rows");

    private final Path folder;
    private final Path images;

    EveryExecutorTest(@TempDir Path folder) {
        this.folder = folder;
        images = folder.resolve("images");
    }

    @BeforeEach
    void writeImages() throws IOException {
        Files.createDirectory(images);
        for (Map.Entry<String, byte[]> image :
                FashionMnist.images().entrySet().stream().limit(IMAGES).toList()) {
            Files.write(images.resolve(image.getKey()), image.getValue());
        }
    }

    /** What an executor said of itself with every score, and the scores. */
    private record Executor(Set<Integer> bits, Set<Long> scalarFallbacks, Set<Integer> blocks, Set<String> scores) {

        static Executor of(List<String[]> lines) {
            return new Executor(
                    lines.stream().map(line -> Integer.valueOf(line[2])).collect(Collectors.toSet()),
                    lines.stream().map(line -> Long.valueOf(line[3])).collect(Collectors.toSet()),
                    lines.stream().map(line -> Integer.valueOf(line[4])).collect(Collectors.toSet()),
                    lines.stream().map(line -> line[5]).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void givesTheSameBitsOnVectorsOfAnotherWidth() throws Exception {
        VectorWidth own = VectorWidth.preferred().orElseThrow();
        assumeTrue(own.narrower().isPresent(), "no vectors are narrower than this CPU's");
        VectorWidth narrower = own.narrower().orElseThrow();
        Files.writeString(folder.resolve("0.options"), bits(own));
        Files.writeString(folder.resolve("1.options"), bits(narrower));

        Map<String, Map<String, Executor>> byDoor =
                score(FashionMnist.MODEL, "-XX:VMOptionsFile=" + folder.resolve("{{EXECUTOR_ID}}.options"));

        assertEquals(DOORS, byDoor.keySet());
        Set<String> expected = expected(FashionMnist.MODEL);
        byDoor.forEach((door, executors) -> {
            assertEquals(Set.of("0", "1"), executors.keySet(), door);
            executors.forEach((id, executor) -> {
                VectorWidth width = id.equals("0") ? own : narrower;
                Executor wanted = new Executor(Set.of(width.bits()), Set.of(0L), executor.blocks(), expected);
                assertEquals(wanted, executor, door);
            });
        });
    }

    private static String bits(VectorWidth width) {
        return "-D" + VectorWidth.PROPERTY + "=" + width.bits() + "\n";
    }

    @Test
    void receivesAModelOfManyBlocks() throws Exception {
        Path model = Files.write(
                folder.resolve("large.onnx"), TestNetworks.largeMatrices().onnx());

        Map<String, Map<String, Executor>> byDoor = score(model, ClusterTest.QUICK_START);

        Set<String> expected = expected(model);
        int blocks = Math.toIntExact(Files.size(model) / (4 << 20));
        assertTrue(blocks >= 20, blocks + " blocks");
        assertEquals(DOORS, byDoor.keySet());
        byDoor.forEach((door, executors) -> {
            assertEquals(Set.of("0", "1"), executors.keySet(), door);
            executors.values().forEach(actual -> {
                assertTrue(actual.blocks().stream().allMatch(count -> count >= blocks), door + ": " + actual);
                assertEquals(expected, actual.scores(), door);
            });
        });
    }

    private Set<String> expected(Path model) {
        Set<String> scores =
                new TreeSet<>(EveryExecutorApp.score(LocalSpark.session(), model.toString(), images.toString()));
        assertEquals(IMAGES, scores.size());
        return scores;
    }

    /** By door, then by executor. */
    private Map<String, Map<String, Executor>> score(Path model, String executorOptions) throws Exception {
        assertTrue(Files.exists(BundleTest.BUNDLE), BundleTest.BUNDLE + " is missing; ./mvnw verify builds it");
        Path lines = folder.resolve("lines.txt");
        new SubmittedCluster(folder)
                .driverOption(ClusterTest.QUICK_START)
                .set("spark.executor.extraJavaOptions", executorOptions)
                // Both are there before the tasks are given out.
                .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                .set("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
                .submit(
                        List.of("--jars", BundleTest.BUNDLE.toRealPath().toString()),
                        List.of(EveryExecutorApp.class, Doors.class, ScoreLines.class),
                        List.of(model.toString(), images.toString(), lines.toString()));
        try (Stream<String> all = Files.lines(lines)) {
            return all.map(line -> line.split(" ", 6))
                    .collect(Collectors.groupingBy(
                            line -> line[0],
                            TreeMap::new,
                            Collectors.groupingBy(
                                    line -> line[1],
                                    TreeMap::new,
                                    Collectors.collectingAndThen(Collectors.toList(), Executor::of))));
        }
    }
}

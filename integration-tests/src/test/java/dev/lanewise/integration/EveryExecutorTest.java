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

/** The same images through each executor of a cluster that has nothing of Lanewise but the bundle. */
@Timeout(420)
class EveryExecutorTest {

    private static final int IMAGES = 8;

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
                    lines.stream().map(line -> Integer.valueOf(line[1])).collect(Collectors.toSet()),
                    lines.stream().map(line -> Long.valueOf(line[2])).collect(Collectors.toSet()),
                    lines.stream().map(line -> Integer.valueOf(line[3])).collect(Collectors.toSet()),
                    lines.stream().map(line -> line[4]).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void givesTheSameBitsOnVectorsOfAnotherWidth() throws Exception {
        VectorWidth own = VectorWidth.preferred().orElseThrow();
        assumeTrue(own.narrower().isPresent(), "no vectors are narrower than this CPU's");
        VectorWidth narrower = own.narrower().orElseThrow();
        Files.writeString(folder.resolve("0.options"), bits(own));
        Files.writeString(folder.resolve("1.options"), bits(narrower));

        Map<String, Executor> executors =
                score(FashionMnist.MODEL, "-XX:VMOptionsFile=" + folder.resolve("{{EXECUTOR_ID}}.options"));

        Set<String> expected = expected(FashionMnist.MODEL);
        assertEquals(
                Map.of(
                        "0",
                                new Executor(
                                        Set.of(own.bits()),
                                        Set.of(0L),
                                        executors.get("0").blocks(),
                                        expected),
                        "1",
                                new Executor(
                                        Set.of(narrower.bits()),
                                        Set.of(0L),
                                        executors.get("1").blocks(),
                                        expected)),
                executors);
    }

    private static String bits(VectorWidth width) {
        return "-D" + VectorWidth.PROPERTY + "=" + width.bits() + "\n";
    }

    @Test
    void receivesAModelOfManyBlocks() throws Exception {
        Path model = Files.write(
                folder.resolve("large.onnx"), TestNetworks.largeMatrices().onnx());

        Map<String, Executor> executors = score(model, ClusterTest.QUICK_START);

        Set<String> expected = expected(model);
        int blocks = Math.toIntExact(Files.size(model) / (4 << 20));
        assertTrue(blocks >= 20, blocks + " blocks");
        for (String executor : List.of("0", "1")) {
            Executor actual = executors.get(executor);
            assertTrue(actual.blocks().stream().allMatch(count -> count >= blocks), actual.toString());
            assertEquals(expected, actual.scores());
        }
    }

    private Set<String> expected(Path model) {
        Set<String> scores =
                new TreeSet<>(EveryExecutorApp.score(LocalSpark.session(), model.toString(), images.toString()));
        assertEquals(IMAGES, scores.size());
        return scores;
    }

    private Map<String, Executor> score(Path model, String executorOptions) throws Exception {
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
                        List.of(EveryExecutorApp.class, ScoreLines.class),
                        List.of(model.toString(), images.toString(), lines.toString()));
        try (Stream<String> all = Files.lines(lines)) {
            return all.map(line -> line.split(" ", 5))
                    .collect(Collectors.groupingBy(
                            line -> line[0],
                            TreeMap::new,
                            Collectors.collectingAndThen(Collectors.toList(), Executor::of)));
        }
    }
}

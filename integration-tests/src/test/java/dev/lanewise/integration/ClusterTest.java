package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three JVMs started as a user starts one: SparkSubmit, the bundle in {@code --jars}, and a Spark that knows
 * nothing of Lanewise or of the libraries inside the bundle.
 */
@Timeout(420)
class ClusterTest {

    /** These JVMs live for seconds: the second compiler would cost more than it gives. It changes no bit either. */
    static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private final Path folder;

    ClusterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void scoresAsLocalSparkDoesWithOnlyTheBundle() throws Exception {
        assertTrue(Files.exists(BundleTest.BUNDLE), BundleTest.BUNDLE + " is missing; ./mvnw verify builds it");
        Path images = Files.createDirectory(folder.resolve("images"));
        MixedFolder.write(images);
        Path scores = folder.resolve("scores.txt");
        Path executors = folder.resolve("executors.txt");
        Path inSql = folder.resolve("sql.txt");

        new SubmittedCluster(folder)
                .driverOption(QUICK_START)
                .set("spark.executor.extraJavaOptions", QUICK_START)
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "false")
                .submit(
                        List.of("--jars", BundleTest.BUNDLE.toRealPath().toString()),
                        List.of(ClusterApp.class, ScoreLines.class),
                        List.of(
                                FashionMnist.MODEL.toString(),
                                images.toString(),
                                scores.toString(),
                                executors.toString(),
                                inSql.toString()));

        List<String> local = ClusterApp.score(LocalSpark.session(), FashionMnist.MODEL.toString(), images.toString());
        assertTrue(local.stream().anyMatch(line -> line.matches(".*/cmyk\\.jpg \\d .*")), "cmyk.jpg was not scored");
        assertEquals(local, Files.readAllLines(scores));
        assertEquals(
                ClusterApp.scoreInSql(LocalSpark.session(), FashionMnist.MODEL.toString(), images.toString()),
                Files.readAllLines(inSql));
        assertExecutors(Files.readAllLines(executors));
    }

    private static void assertExecutors(List<String> lines) {
        Set<String> distinct = new TreeSet<>(lines);
        String bundle = BundleTest.BUNDLE.getFileName().toString();
        assertEquals(Set.of("0 " + bundle + " 0", "1 " + bundle + " 0"), distinct);
    }
}

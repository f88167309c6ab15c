package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.benchmarks.standalone.ExecutorProcess;
import dev.lanewise.benchmarks.standalone.SparkHome;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import dev.lanewise.benchmarks.standalone.Submission;
import dev.lanewise.benchmarks.standalone.SubmittedApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master, two workers and what they start, each a process of its own, given the bundle as a user gives it. */
@Timeout(300)
class StandaloneClusterTest {

    private final Path folder;

    StandaloneClusterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void scoresAsLocalSparkDoesOnTwoExecutorsAndEndsWhatItStarted() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        MixedFolder.write(images);
        Path scores = folder.resolve("scores.txt");
        Path executors = folder.resolve("executors.txt");
        Path inSql = folder.resolve("sql.txt");
        Set<ExecutorProcess> seen = new HashSet<>();
        Path jar = ApplicationJar.write(folder.resolve("app.jar"), ClusterApp.class, ScoreLines.class);

        try (StandaloneCluster cluster = StandaloneCluster.start(
                new SparkHome(Launcher.DISTRIBUTION.resolve("lib/spark")),
                folder.resolve("cluster"),
                2,
                new StandaloneCluster.Worker(1, 1024))) {
            assertEquals(2, cluster.state().path("aliveworkers").asInt());
            SubmittedApplication application = cluster.submit(
                    new Submission(
                            ClusterApp.class.getName(),
                            jar,
                            List.of(BundleTest.BUNDLE),
                            Map.of(
                                    "spark.executor.memory", "512m",
                                    "spark.executor.extraJavaOptions", ClusterTest.QUICK_START,
                                    "spark.locality.wait", "0"),
                            List.of(
                                    FashionMnist.MODEL.toString(),
                                    images.toString(),
                                    scores.toString(),
                                    executors.toString(),
                                    inSql.toString())),
                    List.of("-Xmx768m", ClusterTest.QUICK_START));
            while (application.isAlive()) {
                seen.addAll(cluster.executors());
                Thread.sleep(100);
            }
            assertEquals(0, application.await(Duration.ZERO), application::output);
        }

        assertEquals(2, seen.size(), "executors seen: " + seen);
        for (ExecutorProcess executor : seen) {
            assertFalse(executor.process().isAlive(), "executor " + executor + " outlived the cluster");
        }
        assertEquals(
                ClusterApp.score(LocalSpark.session(), FashionMnist.MODEL.toString(), images.toString()),
                Files.readAllLines(scores));
        assertEquals(
                ClusterApp.scoreInSql(LocalSpark.session(), FashionMnist.MODEL.toString(), images.toString()),
                Files.readAllLines(inSql));
        String bundle = BundleTest.BUNDLE.getFileName().toString();
        assertEquals(Set.of("0 " + bundle + " 0", "1 " + bundle + " 0"), distinctLines(executors));
    }

    private static Set<String> distinctLines(Path file) throws IOException {
        return new HashSet<>(Files.readAllLines(file));
    }
}

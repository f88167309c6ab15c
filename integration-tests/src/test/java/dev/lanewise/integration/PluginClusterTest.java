package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.plugin.LanewisePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that resolves the bundle by its one coordinate, from a repository that has nothing else, and runs with the
 * plugin and the compiled kernels.
 */
@Timeout(420)
class PluginClusterTest {

    private static final int IMAGES = 100;

    private final Path folder;

    PluginClusterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void executorsAreWarmBeforeTheirFirstTaskAndReportWhatTheyDo() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (Map.Entry<String, byte[]> image :
                List.copyOf(FashionMnist.images().entrySet()).subList(0, IMAGES)) {
            Files.write(images.resolve(image.getKey()), image.getValue());
        }
        Files.write(images.resolve("broken.png"), new byte[] {1, 2, 3});
        // Few kernels, so that there is little for the compilers of two executors to do.
        Path model = Files.write(
                folder.resolve("model.onnx"), TestNetworks.slow(1, 28).onnx());
        Path sink = Files.createDirectory(folder.resolve("sink"));
        Path results = Files.createDirectory(folder.resolve("results"));
        String version = publish(folder.resolve("repository"));

        String log = new SubmittedCluster(folder)
                .set("spark.plugins", LanewisePlugin.class.getName())
                .set("spark.lanewise.model.fashion.path", model.toString())
                .set("spark.lanewise.model.fashion.preset", "unit")
                .set("spark.lanewise.model.missing.path", "/nowhere/missing.onnx")
                .set("spark.metrics.conf.*.sink.csv.class", "org.apache.spark.metrics.sink.CsvSink")
                .set("spark.metrics.conf.*.sink.csv.period", "1")
                .set("spark.metrics.conf.*.sink.csv.unit", "seconds")
                .set("spark.metrics.conf.*.sink.csv.directory", sink.toString())
                .set("spark.jars.ivySettings", ivySettings().toString())
                .set("spark.jars.ivy", folder.resolve("ivy").toString())
                .submit(
                        List.of("--packages", "dev.lanewise:lanewise-spark-4.1_2.13:" + version),
                        List.of(PluginApp.class, ScoreLines.class),
                        List.of(model.toString(), images.toString(), sink.toString(), results.toString()));

        List<String> warm =
                List.of("0 built 1 present 1 vectors true slow 0", "1 built 1 present 1 vectors true slow 0");
        assertEquals(warm, Files.readAllLines(results.resolve("warm.txt")));
        assertEquals(warm, Files.readAllLines(results.resolve("after.txt")));
        assertEquals(
                PluginApp.score(LocalSpark.session(), model.toString(), images.toString()),
                Files.readAllLines(results.resolve("scores.txt")));
        assertEquals(IMAGES + 1 + " 1 2 1 0", Files.readString(results.resolve("metrics.txt")));
        assertTrue(log.contains("model 'missing' is not warmed: model /nowhere/missing.onnx does not exist"), log);
    }

    /** Puts the bundle and its POM into a Maven repository of its own; returns the version. */
    private static String publish(Path repository) throws IOException {
        String name = BundleTest.BUNDLE.getFileName().toString();
        String version = name.substring("lanewise-spark-4.1_2.13-".length(), name.length() - ".jar".length());
        Path artifact = Files.createDirectories(repository.resolve("dev/lanewise/lanewise-spark-4.1_2.13/" + version));
        Files.copy(BundleTest.BUNDLE, artifact.resolve(name));
        Files.copy(BundleTest.POM, artifact.resolve(name.replace(".jar", ".pom")));
        return version;
    }

    /** That repository alone: neither the user's own nor the network's. */
    private Path ivySettings() throws IOException {
        return Files.writeString(folder.resolve("ivysettings.xml"), """
                <ivysettings>
                  <settings defaultResolver="only"/>
                  <resolvers>
                    <ibiblio name="only" m2compatible="true" root="%s"/>
                  </resolvers>
                </ivysettings>
                """.formatted(
                        folder.resolve("repository").toUri()));
    }
}

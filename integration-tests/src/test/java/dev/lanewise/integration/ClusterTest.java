package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three JVMs started as a user starts one: SparkSubmit, the bundle in {@code --jars}, and a Spark that knows
 * nothing of Lanewise or of the libraries inside the bundle.
 */
@Timeout(420)
class ClusterTest {

    /** What the Maven class path holds beyond Spark and its dependencies. */
    private static final Pattern NOT_SPARK =
            Pattern.compile("lanewise|tribuo|protobuf-java|twelvemonkeys|metadata-extractor"
                    + "|xmpcore|picocli|jspecify|junit|opentest4j|apiguardian|archunit|surefire");

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
        submit(List.of(
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

    private void submit(List<String> arguments) throws IOException, InterruptedException {
        Path home = sparkHome();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of(QUICK_START, "-Xmx1g", "-cp", home.resolve("jars") + File.separator + "*"));
        command.add("org.apache.spark.deploy.SparkSubmit");
        command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
        Map<String, String> settings = Map.of(
                "spark.ui.enabled", "false",
                "spark.driver.host", "127.0.0.1",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
                "spark.kryo.registrationRequired", "false",
                "spark.executor.extraJavaOptions", QUICK_START,
                "spark.locality.wait", "0");
        settings.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
        command.addAll(List.of("--jars", BundleTest.BUNDLE.toRealPath().toString()));
        Path jar = ApplicationJar.write(folder.resolve("app.jar"), ClusterApp.class, ScoreLines.class);
        command.addAll(List.of("--class", ClusterApp.class.getName(), jar.toString()));
        command.addAll(arguments);

        Path log = folder.resolve("driver.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        run(builder, log);
    }

    private static void run(ProcessBuilder builder, Path log) throws IOException, InterruptedException {
        Process driver = builder.start();
        try {
            boolean ended = driver.waitFor(360, TimeUnit.SECONDS);
            assertTrue(ended, () -> "the cluster did not finish:\n" + read(log));
            assertEquals(0, driver.exitValue(), () -> "the driver failed:\n" + read(log));
        } finally {
            List<ProcessHandle> executors = driver.descendants().toList();
            driver.destroyForcibly();
            executors.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** A Spark installation made of the class path's Spark. */
    private Path sparkHome() throws IOException {
        Path home = folder.resolve("spark");
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar")
                    && !NOT_SPARK.matcher(jar.getFileName().toString()).find()) {
                Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
            }
        }
        return home;
    }
}

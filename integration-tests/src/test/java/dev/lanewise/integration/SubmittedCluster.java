package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A cluster of three JVMs started as a user starts one: SparkSubmit, and a Spark that knows nothing of Lanewise or of the
 * libraries inside the bundle.
 */
final class SubmittedCluster {

    /** What the Maven class path holds beyond Spark and its dependencies. */
    private static final Pattern NOT_SPARK =
            Pattern.compile("lanewise|tribuo|protobuf-java|twelvemonkeys|metadata-extractor"
                    + "|xmpcore|picocli|jspecify|junit|opentest4j|apiguardian|archunit|surefire|minicluster");

    private static final int SECONDS = 360;

    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>(Map.of(
            "spark.ui.enabled", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.locality.wait", "0"));
    private final List<String> driverOptions = new ArrayList<>(List.of("-Xmx1g"));

    /** @param folder takes the installation and the logs */
    SubmittedCluster(Path folder) {
        this.folder = folder;
    }

    SubmittedCluster set(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Options of the driver's JVM. */
    SubmittedCluster driverOption(String option) {
        driverOptions.add(option);
        return this;
    }

    /**
     * Runs a program to its end, which must be a good one.
     *
     * @param lanewise how it comes to have Lanewise: SparkSubmit's {@code --jars} or {@code --packages}, and the value
     * @param program the classes of the user's jar; the first has the main method
     * @return what the driver printed
     */
    String submit(List<String> lanewise, List<Class<?>> program, List<String> arguments)
            throws IOException, InterruptedException {
        Path home = sparkHome();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(driverOptions);
        command.addAll(List.of("-cp", home.resolve("jars") + File.separator + "*"));
        command.add("org.apache.spark.deploy.SparkSubmit");
        command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
        settings.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
        command.addAll(lanewise);
        command.addAll(List.of(
                "--class",
                program.get(0).getName(),
                ApplicationJar.write(folder.resolve("app.jar"), program.toArray(Class<?>[]::new))
                        .toString()));
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
        return Files.readString(log);
    }

    private static void run(ProcessBuilder builder, Path log) throws IOException, InterruptedException {
        Process driver = builder.start();
        try {
            boolean ended = driver.waitFor(SECONDS, TimeUnit.SECONDS);
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

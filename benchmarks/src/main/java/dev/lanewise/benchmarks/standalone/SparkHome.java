package dev.lanewise.benchmarks.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Spark to start processes of: a folder with Spark's jars in its folder {@code jars}.
 *
 * @see <a href="https://spark.apache.org/docs/4.1.0/spark-standalone.html">Spark's standalone mode</a>
 */
public record SparkHome(Path path) {

    /** @throws IllegalArgumentException if there are no jars */
    public SparkHome {
        path = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(path.resolve("jars"))) {
            throw new IllegalArgumentException(path + " holds no Spark: it has no folder jars");
        }
    }

    /** The command that runs a main class of Spark with the Java of this JVM. */
    List<String> command(List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", path.resolve("jars") + "/*", mainClass));
        command.addAll(arguments);
        return command;
    }

    /** What Spark's processes find in their environment: this Spark, this Java, and no address but one of the loopback. */
    Map<String, String> environment(String host) {
        return Map.ofEntries(
                Map.entry("SPARK_HOME", path.toString()),
                Map.entry("SPARK_SCALA_VERSION", "2.13"),
                Map.entry("SPARK_LOCAL_IP", host),
                Map.entry("SPARK_PUBLIC_DNS", host),
                Map.entry("JAVA_HOME", System.getProperty("java.home")));
    }
}

package dev.lanewise.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code lanewise score} on Fashion-MNIST, a process of its own that also has this module's file systems.
 *
 * @param folder for what it prints
 * @param jvmOption one of its JVM
 * @param settings of its Spark
 * @param arguments beside the model, the preprocessing and the labels
 */
record ScoreCommand(Path folder, String jvmOption, Map<String, String> settings, List<String> arguments) {

    private static final int SECONDS = 240;

    /**
     * Runs it to its end.
     *
     * @param faults settings of the file systems
     */
    Launcher.Outcome run(Map<String, String> faults, String... more) throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        faults.forEach((name, value) -> all.put("spark.hadoop." + name, value));
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
                all.entrySet().stream()
                        .map(setting -> " -D" + setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining("", "-Xmx768m " + jvmOption, "")));
        Path labels = Files.write(folder.resolve("labels.txt"), FashionMnist.LABELS);
        List<String> line = new ArrayList<>(List.of("score", "--model", FashionMnist.MODEL.toString()));
        line.addAll(List.of("--preset", "unit", "--mean", "0.2860", "--std", "0.3530", "--labels", labels.toString()));
        line.addAll(arguments);
        line.addAll(List.of(more));
        return Launcher.run(
                Launcher.DISTRIBUTION.resolve("lanewise"), folder, environment, SECONDS, line.toArray(String[]::new));
    }

    /** Where this JVM has the file systems' classes from. */
    static String testClasses() {
        return ScoreCommand.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }
}

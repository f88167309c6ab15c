package dev.lanewise.benchmarks.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An application as {@code spark-submit} is told of it.
 *
 * @param jars what {@code --jars} names
 * @param settings what {@code --conf} sets
 */
public record Submission(
        String mainClass, Path applicationJar, List<Path> jars, Map<String, String> settings, List<String> arguments) {

    public Submission {
        jars = List.copyOf(jars);
        settings = Map.copyOf(settings);
        arguments = List.copyOf(arguments);
    }

    List<String> submitArguments(String master) {
        List<String> line = new ArrayList<>(List.of("--master", master));
        settings.forEach((name, value) -> line.addAll(List.of("--conf", name + "=" + value)));
        if (!jars.isEmpty()) {
            line.add("--jars");
            line.add(jars.stream().map(jar -> jar.toAbsolutePath().toString()).collect(Collectors.joining(",")));
        }
        line.addAll(List.of("--class", mainClass, applicationJar.toString()));
        line.addAll(arguments);
        return line;
    }
}

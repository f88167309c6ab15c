package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the shell script as a process of its own, and ends it. */
final class Launcher {

    /** What {@code package} makes and the distribution archive holds. */
    static final Path DISTRIBUTION =
            Path.of(System.getProperty("lanewise.distribution")).normalize();

    private Launcher() {}

    record Outcome(int exit, String out, String err) {

        String lastLine() {
            return out.strip().lines().reduce("", (before, line) -> line);
        }
    }

    /** Runs a command of the distribution on this JVM's Java. */
    static Outcome lanewise(Path folder, String... arguments) throws IOException, InterruptedException {
        return lanewise(folder, Map.of(), arguments);
    }

    /** As {@link #lanewise(Path, String...)}, with more in its environment. */
    static Outcome lanewise(Path folder, Map<String, String> more, String... arguments)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", System.getenv("PATH"),
                "JAVA_HOME", System.getProperty("java.home"),
                "SPARK_LOCAL_IP", "127.0.0.1"));
        environment.putAll(more);
        return run(DISTRIBUTION.resolve("lanewise"), folder, environment, 400, arguments);
    }

    /**
     * Runs a script with nothing but the environment given.
     *
     * @param folder where its output is kept
     */
    static Outcome run(Path script, Path folder, Map<String, String> environment, int seconds, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(
                    process.waitFor(seconds, TimeUnit.SECONDS),
                    () -> String.join(" ", command) + " did not end in " + seconds + " s");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}

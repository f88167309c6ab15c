package dev.lanewise.benchmarks.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of Spark's, with its log in a file, and with the processes that it starts. */
final class SparkProcess {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int SHOWN_LINES = 60;

    private final String name;
    private final Process process;
    private final Path log;
    /** All that descend from it, ever seen: once it is dead nobody can tell any more. */
    private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

    private SparkProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static SparkProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("SPARK_"));
        builder.environment().putAll(environment);
        return new SparkProcess(name, builder.start(), log);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    /** The processes that it has started and that live. */
    synchronized List<ProcessHandle> descendants() {
        process.descendants().forEach(descendants::add);
        return descendants.stream().filter(ProcessHandle::isAlive).toList();
    }

    /** The first match in the log, as soon as it is there. */
    Matcher await(Pattern pattern, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            Matcher matcher = pattern.matcher(read());
            if (matcher.find()) {
                return matcher;
            }
            if (!alive || System.nanoTime() > deadline) {
                throw new IOException(name + (alive ? " did not say '" + pattern + "' in " + limit : " has ended")
                        + "; its log ends with:\n" + logTail());
            }
            pause();
        }
    }

    /** Waits for its end and returns the exit code. */
    int await(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(name + " did not end in " + limit + "; its log ends with:\n" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " ran", e);
        }
        return process.exitValue();
    }

    /** Ends it at once, as {@code kill -9} does, and nothing that it has started. */
    void kill() {
        descendants();
        process.destroyForcibly();
    }

    /** Asks it to end, then ends it and all that it has started. */
    void end() {
        descendants();
        process.destroy();
        try {
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endAtOnce();
    }

    void endAtOnce() {
        List<ProcessHandle> left = descendants();
        process.destroyForcibly();
        left.forEach(ProcessHandle::destroyForcibly);
    }

    String read() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String logTail() {
        List<String> lines = read().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Spark", e);
        }
    }
}

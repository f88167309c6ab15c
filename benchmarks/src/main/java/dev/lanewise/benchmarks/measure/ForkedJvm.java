package dev.lanewise.benchmarks.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Another JVM like this one: the same Java, options and class path. What the compiler makes of the same code differs from
 * one JVM to the next, so what is to be believed is measured in several.
 */
public final class ForkedJvm {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ForkedJvm() {}

    /**
     * Asks a main class something: its arguments are a file with the question and one for the answer, both JSON.
     *
     * @param <Q> a record that JSON can hold
     * @param <A> the same
     * @param environment variables that it has besides this JVM's own
     * @throws IOException if it cannot be started or ends with another exit code than 0
     */
    public static <Q, A> A ask(Class<?> main, Q question, Class<A> answer, Map<String, String> environment)
            throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path asked = folder.file("question.json");
            Path answered = folder.file("answer.json");
            JSON.writeValue(asked.toFile(), question);
            run(main, List.of(asked.toString(), answered.toString()), environment);
            return JSON.readValue(answered.toFile(), answer);
        }
    }

    /** The other end of {@link #ask}: answers in this JVM. */
    public static <Q, A> void answer(String[] arguments, Class<Q> question, Function<Q, A> answer) throws IOException {
        Q asked = JSON.readValue(Path.of(arguments[0]).toFile(), question);
        JSON.writeValue(Path.of(arguments[1]).toFile(), answer.apply(asked));
    }

    /**
     * Runs a main class to its end; what it prints goes where this JVM's own messages go.
     *
     * @param environment variables that it has besides this JVM's own
     * @throws IOException if it cannot be started or ends with another exit code than 0
     */
    public static void run(Class<?> main, List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        // Not as an argument: ONNX Runtime 1.29 overflows its stack on a command line of many kilobytes.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("a measuring JVM ended with exit code " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another JVM measured", e);
        } finally {
            process.destroyForcibly();
        }
    }
}

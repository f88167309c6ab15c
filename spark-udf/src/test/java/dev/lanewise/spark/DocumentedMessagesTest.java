package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that the pages about Spark explain are messages of the code. */
class DocumentedMessagesTest {

    private static final String HEADING = "| message | why | what to do |";

    /** Those of the JVM, of Spark and of its cluster managers. */
    private static final Pattern OTHERS =
            Pattern.compile("Module |NoClassDef|ClassNotFound|UnsupportedOperation|Container killed|OOMKilled");

    /** Where the code may put a message together: at values, which the page gives examples of, and between clauses. */
    private static final Pattern JOINTS =
            Pattern.compile("\\.\\.\\.|'[^']*'?|\\d+|[;:,()]|\\b(not an?|but|mean|[A-Z]{6})\\b");

    /** Shorter parts are in any source. */
    private static final int SHORTEST = 8;

    @Test
    void areInTheSources() throws IOException {
        List<String> messages = messages();
        assertTrue(messages.size() > 25, messages.toString());
        String sources = sources();
        assertEquals(
                List.of(),
                messages.stream()
                        .filter(message -> !OTHERS.matcher(message).lookingAt())
                        .flatMap(JOINTS::splitAsStream)
                        .map(String::strip)
                        .filter(part -> part.length() >= SHORTEST && !sources.contains(part))
                        .toList());
    }

    private static List<String> messages() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "spark.md")).stream()
                .dropWhile(line -> !line.equals(HEADING))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1)[1])
                .flatMap(cell ->
                        Pattern.compile("`([^`]+)`").matcher(cell).results().map(quoted -> quoted.group(1)))
                .toList();
    }

    /** All string literals, those that are concatenated in one piece. */
    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : List.of("engine", "arrow", "spark-udf")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                all.append(files.filter(file -> file.toString().endsWith(".java"))
                        .map(DocumentedMessagesTest::read)
                        .collect(Collectors.joining()));
            }
        }
        return all.toString().replaceAll("\"\\s*\\+\\s*\"", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

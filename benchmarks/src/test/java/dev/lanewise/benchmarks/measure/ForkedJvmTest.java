package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkedJvmTest {

    @TempDir
    Path folder;

    /** Writes the vector module's name and the JVM's id to a file, or ends with the exit code given. */
    static final class Note {

        public static void main(String[] args) throws IOException {
            if (args.length == 2) {
                System.exit(Integer.parseInt(args[1]));
            }
            boolean vectors =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            Files.writeString(
                    Path.of(args[0]),
                    vectors + " " + ProcessHandle.current().pid() + " " + System.getenv("LANEWISE_NOTE"));
        }
    }

    @Test
    void runsWithTheOptionsAndTheClassPathOfThisJvm() throws IOException {
        Path note = folder.resolve("note.txt");
        ForkedJvm.run(Note.class, List.of(note.toString()), Map.of("LANEWISE_NOTE", "seen"));
        String[] words = Files.readString(note).split(" ");
        assertEquals("true", words[0]);
        assertTrue(Long.parseLong(words[1]) != ProcessHandle.current().pid());
        assertEquals("seen", words[2]);
        assertTrue(ManagementFactory.getRuntimeMXBean()
                .getInputArguments()
                .toString()
                .contains("jdk.incubator.vector"));
    }

    @Test
    void tellsOfAFailure() {
        List<String> arguments = List.of("unused", "3");
        IOException failure = assertThrows(IOException.class, () -> ForkedJvm.run(Note.class, arguments, Map.of()));
        assertTrue(failure.getMessage().contains("exit code 3"), failure.getMessage());
    }
}

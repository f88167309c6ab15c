package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the same convolutions in JVMs of other vector sizes, without vectors, and of another JDK. */
class SameBitsEverywhereTest {

    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final long FIRST_SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            // With its own vectors, ScheduleEqualityTest runs in such a JVM.
            strings = {
                MODULE + " -XX:MaxVectorSize=16",
                MODULE + " -XX:MaxVectorSize=32",
                MODULE + " -Dlanewise.vector.bits=512",
                "-Dnone=ofThem"
            })
    void thisJdk(String options) throws Exception {
        assertSameBits(Path.of(System.getProperty("java.home")), options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MODULE,
                MODULE + " -XX:MaxVectorSize=16",
                MODULE + " -Dlanewise.vector.bits=128",
                MODULE + " -Dlanewise.vector.bits=256",
                MODULE + " -Dlanewise.vector.bits=512",
                "-Dnone=ofThem"
            })
    void jdk25(String options) throws Exception {
        Optional<Path> home = installed("25");
        assumeTrue(home.isPresent(), "no JDK 25 in /usr/lib/jvm");
        assertSameBits(home.orElseThrow(), options);
    }

    @Test
    void theProbeTellsResultsApart() {
        assertTrue(!BitsOfConvolutions.reference(1).equals(BitsOfConvolutions.reference(2)));
    }

    private void assertSameBits(Path home, String options) throws Exception {
        String what = "seed " + FIRST_SEED + " on " + home + " with " + options;
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx1g"));
        command.addAll(List.of(options.split(" ")));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, BitsOfConvolutions.class.getName(), Long.toString(FIRST_SEED)));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("error").toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), what + " did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> what + ": " + text(folder.resolve("error")));
        assertEquals(BitsOfConvolutions.reference(FIRST_SEED), text(output).strip(), what);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Optional<Path> installed(String feature) throws IOException {
        Path jvms = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(jvms)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(jvms)) {
            return homes.filter(home -> text(home.resolve("release")).contains("JAVA_VERSION=\"" + feature))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .sorted()
                    .findFirst();
        }
    }
}

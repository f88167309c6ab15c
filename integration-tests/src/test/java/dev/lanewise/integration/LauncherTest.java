package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, in a distribution folder and in a checkout whose Maven and Java only note that they were called. */
@Timeout(300)
class LauncherTest {

    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("lanewise.distribution")).normalize();
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    /** Where a POSIX system keeps sed, find and the like, but the tests no java. */
    private static final String TOOLS = "tools";

    private final Path folder;

    LauncherTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        linkTools();
    }

    @Test
    void runsFromADistributionFolderThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("lw"), DISTRIBUTION.resolve("lanewise"));

        Launcher.Outcome version = run(link, Map.of("JAVA_HOME", JAVA_HOME.toString()), "--version");

        assertEquals(0, version.exit(), version.err());
        assertTrue(version.out().startsWith("lanewise "), version.out());
    }

    @Test
    void passesExitCodesOn() throws Exception {
        Map<String, String> java = Map.of("JAVA_HOME", JAVA_HOME.toString());

        assertEquals(
                2,
                run(DISTRIBUTION.resolve("lanewise"), java, "score", "--nonsense")
                        .exit());

        Launcher.Outcome missing = run(DISTRIBUTION.resolve("lanewise"), java, "explain", "--model", "no/such.onnx");
        assertEquals(1, missing.exit());
        assertTrue(missing.err().contains("no/such.onnx"), missing.err());
    }

    @Test
    void saysWhatToInstallWhereThereIsNoJava() throws Exception {
        Launcher.Outcome outcome = run(DISTRIBUTION.resolve("lanewise"), Map.of(), "--version");

        assertEquals(1, outcome.exit());
        assertTrue(outcome.err().contains("needs Java 17 or newer"), outcome.err());
        assertTrue(outcome.err().contains("openjdk-17-jdk"), outcome.err());
    }

    @Test
    void passesOverAnOldJavaAndSaysSo() throws Exception {
        Path old = fakeJava(folder.resolve("old"), "11");

        Launcher.Outcome alone =
                run(DISTRIBUTION.resolve("lanewise"), Map.of("JAVA_HOME", old.toString()), "--version");
        assertEquals(1, alone.exit());
        assertTrue(alone.err().contains("is Java 11"), alone.err());

        Path newer = fakeJava(folder.resolve("newer"), "17");
        Launcher.Outcome both = run(
                DISTRIBUTION.resolve("lanewise"),
                Map.of("JAVA_HOME", old.toString(), "PATH", newer.resolve("bin") + ":" + folder.resolve(TOOLS)),
                "--version");
        assertEquals(0, both.exit(), both.err());
        assertTrue(both.out().contains("dev.lanewise.cli.Main --version"), both.out());
    }

    @Test
    void refusesAJavaOnWhichSparkDoesNotStart() throws Exception {
        Map<String, String> java =
                Map.of("JAVA_HOME", fakeJava(folder.resolve("java"), "25").toString());

        Launcher.Outcome score = run(DISTRIBUTION.resolve("lanewise"), java, "score");
        assertEquals(1, score.exit());
        assertTrue(score.err().contains("Java 17 or 21"), score.err());

        assertEquals(0, run(DISTRIBUTION.resolve("lanewise"), java, "explain").exit());
    }

    @Test
    void namesASparkHomeWithoutSpark() throws Exception {
        Launcher.Outcome outcome = run(
                DISTRIBUTION.resolve("lanewise"),
                Map.of("JAVA_HOME", JAVA_HOME.toString(), "SPARK_HOME", folder.toString()),
                "--version");

        assertEquals(1, outcome.exit());
        assertTrue(outcome.err().contains("no Spark 4.1 for Scala 2.13 in " + folder), outcome.err());
    }

    @Test
    void onlyTheBenchmarksSeeTheirPeers() throws Exception {
        Map<String, String> java =
                Map.of("JAVA_HOME", fakeJava(folder.resolve("java"), "17").toString());
        String peers = DISTRIBUTION.resolve("lib/bench") + "/*";

        String bench =
                run(DISTRIBUTION.resolve("lanewise"), java, "bench", "conv").out();
        assertTrue(bench.contains(peers), bench);

        String explain = run(DISTRIBUTION.resolve("lanewise"), java, "explain").out();
        assertFalse(explain.contains("lib/bench"), explain);
    }

    @Test
    void submitsToAMasterWithTheBundle() throws Exception {
        Map<String, String> java =
                Map.of("JAVA_HOME", fakeJava(folder.resolve("java"), "17").toString());

        for (List<String> master : List.of(List.of("--master", "spark://h:7077"), List.of("--master=spark://h:7077"))) {
            List<String> arguments = new ArrayList<>(List.of("score", "--model", "m"));
            arguments.addAll(master);
            String out = run(DISTRIBUTION.resolve("lanewise"), java, arguments.toArray(String[]::new))
                    .out();

            assertTrue(
                    out.contains("org.apache.spark.deploy.SparkSubmit --master spark://h:7077 --jars "
                            + DISTRIBUTION.resolve("lib/lanewise-spark-4.1_2.13.jar")),
                    out);
            assertTrue(out.strip().endsWith("score --model m " + String.join(" ", master)), out);
        }
    }

    @Test
    void buildsACheckoutOnlyWhenSomethingHasChanged() throws Exception {
        Path checkout = checkout();
        Map<String, String> java =
                Map.of("JAVA_HOME", fakeJava(folder.resolve("java"), "17").toString());
        Path script = checkout.resolve("lanewise");
        Path source = checkout.resolve("kernels/src/main/java/A.java");

        Launcher.Outcome first = run(script, java, "--version");
        assertEquals(0, first.exit(), first.err());
        assertTrue(first.err().contains("first run in this checkout: building"), first.err());
        assertEquals(1, builds(checkout));

        Launcher.Outcome second = run(script, java, "--version");
        assertFalse(second.err().contains("building"), second.err());
        assertEquals(1, builds(checkout));

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        Launcher.Outcome changed = run(script, java, "--version");
        assertTrue(changed.err().contains("kernels/src/main/java/A.java has changed: building"), changed.err());
        assertEquals(2, builds(checkout));
    }

    /** A checkout in small: the real script, one source file, and a Maven wrapper that makes an empty distribution. */
    private Path checkout() throws IOException {
        Path checkout = Files.createDirectory(folder.resolve("checkout"));
        Files.copy(DISTRIBUTION.resolve("lanewise"), checkout.resolve("lanewise"));
        Files.createFile(checkout.resolve("pom.xml"));
        for (String module : List.of(
                "kernels", "engine", "arrow", "spark-udf", "spark-udf/bundle", "cli", "benchmarks", "cli/dist")) {
            Files.createDirectories(checkout.resolve(module));
            Files.createFile(checkout.resolve(module).resolve("pom.xml"));
        }
        Path sources = Files.createDirectories(checkout.resolve("kernels/src/main/java"));
        Files.createFile(sources.resolve("A.java"));
        script(checkout.resolve("mvnw"), """
                echo "$*" >> builds.txt
                mkdir -p cli/dist/target/lanewise/lib/spark/jars
                : > cli/dist/target/lanewise/lib/spark/jars/spark-core_2.13-4.1.0.jar
                """);
        // Older than the build that the first run makes.
        Files.walkFileTree(checkout, new SimpleFileVisitor<>() {
            private final FileTime earlier = FileTime.from(Instant.now().minusSeconds(60));

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setLastModifiedTime(file, earlier);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.setLastModifiedTime(visited, earlier);
                return FileVisitResult.CONTINUE;
            }
        });
        return checkout;
    }

    private static int builds(Path checkout) throws IOException {
        return Files.readAllLines(checkout.resolve("builds.txt")).size();
    }

    /** A Java that tells its version and otherwise prints what it was asked to run. */
    private Path fakeJava(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"), """
                if [ "$1" = -XshowSettings:properties ]; then
                    echo '    java.home = %s' >&2
                    echo '    java.specification.version = %s' >&2
                    exit
                fi
                echo "$*"
                """.formatted(home, version));
        script(home.resolve("bin/javac"), "exit 0\n");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        assertTrue(file.toFile().setExecutable(true));
    }

    private void linkTools() throws IOException {
        Path tools = Files.createDirectory(folder.resolve(TOOLS));
        for (String tool : List.of("sh", "sed", "head", "find", "dirname", "readlink", "mkdir", "mv", "rm")) {
            for (Path bin : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                if (Files.exists(bin.resolve(tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), bin.resolve(tool));
                }
            }
        }
    }

    private Launcher.Outcome run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        Map<String, String> all =
                new HashMap<>(Map.of("PATH", folder.resolve(TOOLS).toString()));
        all.putAll(environment);
        return Launcher.run(script, folder, all, 120, arguments);
    }
}

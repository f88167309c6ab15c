package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user has it: the script, the bundle, Spark. */
@Timeout(600)
class CommandLineTest {

    private static final Path BACKEND_TESTS = Path.of("/usr/share/libonnx-testdata/data");

    /** Operators that Lanewise promises, as the conformance output names one that it does not have. */
    private static final Pattern PROMISED = Pattern.compile("unsupported operators? (.*, )?(Conv|ConvTranspose|MaxPool"
            + "|AveragePool|GlobalAveragePool|GlobalMaxPool|BatchNormalization|InstanceNormalization|LRN|Relu|LeakyRelu"
            + "|PRelu|Elu|Selu|Sigmoid|HardSigmoid|HardSwish|Tanh|Softplus|Mish|Gelu|Erf|Clip|Add|Sub|Mul|Div|Pow|Sqrt"
            + "|Exp|Log|Neg|Abs|Reciprocal|Floor|Ceil|Min|Max|Sum|Mean|Concat|Split|Slice|Reshape|Flatten|Transpose"
            + "|Squeeze|Unsqueeze|Expand|Tile|Gather|Shape|ConstantOfShape|Gemm|MatMul|Softmax|LogSoftmax|Dropout"
            + "|Identity|Pad|Resize|Upsample|ReduceMean|ReduceMax|ReduceSum|ArgMax|DepthToSpace|SpaceToDepth|Cast|Where"
            + "|QuantizeLinear|DequantizeLinear)(,.*)?");

    private final Path folder;

    CommandLineTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void demoGets929Of1000RightAndAClusterTheSameScores() throws Exception {
        Path demo = folder.resolve("demo");

        Launcher.Outcome outcome = Launcher.lanewise(folder, "demo", "--output", demo.toString());

        assertEquals(0, outcome.exit(), outcome.err());
        assertEquals("929 of 1000 right (92.9 %)", outcome.lastLine());
        assertTrue(Files.readString(demo.resolve("report.html")).contains("<html"));

        Launcher.Outcome local = score(demo, "local", "local[2]");
        Launcher.Outcome cluster = score(demo, "cluster", "local-cluster[2,1,1024]");

        assertTrue(local.lastLine().matches("scored 1000 images, 0 invalid, .* s, .* images/s"), local.out());
        assertFalse(cluster.err().contains(" INFO "), cluster.err());
        List<String> expected = rows(folder.resolve("local"));
        assertEquals(1000, expected.size());
        assertEquals(expected, rows(folder.resolve("cluster")));
    }

    private Launcher.Outcome score(Path demo, String output, String master) throws Exception {
        Launcher.Outcome outcome = Launcher.lanewise(
                folder,
                "score",
                "--model=" + FashionMnist.MODEL,
                "--input=" + demo.resolve("images"),
                "--output=" + folder.resolve(output),
                "--preset=raw",
                "--mean=0.2860",
                "--std=0.3530",
                "--channels=gray",
                "--top-k=3",
                "--format=json",
                "--master=" + master);
        assertEquals(0, outcome.exit(), outcome.err());
        return outcome;
    }

    private static List<String> rows(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .flatMap(CommandLineTest::lines)
                    .sorted()
                    .toList();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The backend tests of ONNX 1.12, as Debian's package libonnx-testdata brings them. */
    @Test
    void conformsToOnnx() throws Exception {
        boolean installed = Files.isDirectory(BACKEND_TESTS);
        assumeTrue(
                installed || "true".equals(System.getenv("CI")),
                BACKEND_TESTS + " is missing: apt-get install libonnx-testdata");

        Launcher.Outcome outcome = Launcher.lanewise(
                folder,
                Stream.concat(
                                Stream.of("conformance"),
                                Stream.of("node", "pytorch-converted", "pytorch-operator", "simple")
                                        .map(name -> BACKEND_TESTS.resolve(name).toString()))
                        .toArray(String[]::new));

        assertEquals(0, outcome.exit(), outcome.out());
        assertEquals("687 passed, 0 failed, 385 skipped", outcome.lastLine());
        Set<String> beyond = Set.of("training", "spatial dimensions", "element type");
        outcome.out()
                .lines()
                .filter(line -> line.startsWith("skipped") && beyond.stream().noneMatch(line::contains))
                .forEach(line -> assertFalse(
                        PROMISED.matcher(line.substring(line.indexOf(": ") + 2)).matches(), line));
    }
}

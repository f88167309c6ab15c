package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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

        Launcher.Outcome cluster = scoreOnACluster(demo);

        assertEquals(0, cluster.exit(), cluster.err());
        assertTrue(cluster.lastLine().matches("scored 1000 images, 0 invalid, .* s, .* images/s"), cluster.out());
        assertFalse(cluster.err().contains(" INFO "), cluster.err());
        Dataset<Row> scores =
                LocalSpark.session().read().parquet(demo.resolve("scores").toString());
        List<String> expected = rows(scores);
        assertEquals(1000, expected.size());
        assertEquals(
                expected,
                rows(LocalSpark.session()
                        .read()
                        .schema(scores.schema())
                        .json(folder.resolve("cluster").toString())));
    }

    /** What the demo scores, by executors that run plain loops: they do not wait for kernels to be compiled. */
    private Launcher.Outcome scoreOnACluster(Path demo) throws Exception {
        String quick = ClusterTest.QUICK_START;
        return Launcher.lanewise(
                folder,
                Map.of("LANEWISE_JAVA_OPTS", quick + " -Dspark.executor.extraJavaOptions=" + quick),
                "score",
                "--model=" + FashionMnist.MODEL,
                "--input=" + demo.resolve("images"),
                "--output=" + folder.resolve("cluster"),
                "--labels=" + demo.resolve("labels.txt"),
                "--preset=raw",
                "--mean=0.2860",
                "--std=0.3530",
                "--channels=gray",
                "--format=json",
                "--master=local-cluster[2,1,1024]");
    }

    /** Every column of every row; of a float as many digits as tell it from its neighbours. */
    private static List<String> rows(Dataset<Row> scores) {
        return scores.toJSON().collectAsList().stream().sorted().toList();
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

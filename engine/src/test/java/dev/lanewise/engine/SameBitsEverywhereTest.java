package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.TensorRows;
import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole networks, Winograd and all, give the same bits as their plans run with plain loops: whatever the batch, the place in
 * it, the threads, the vectors and the JDK.
 */
@ParameterizedClass
@EnumSource
class SameBitsEverywhereTest {

    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final long SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);
    private static final int[] BATCHES = {1, 3, 8};

    @TempDir
    private Path folder;

    private final Example example;

    /** Two networks with convolutions of every algorithm between them. */
    enum Example {
        FASHION_MNIST(1, 28) {
            @Override
            byte[] onnx() throws IOException {
                return Files.readAllBytes(FashionMnist.MODEL);
            }
        },
        WINOGRAD_AND_SHUFFLE(3, 10) {
            @Override
            byte[] onnx() {
                return NetworkBuilder.build("example", 3, NetworkBuilder.image(10), (net, image) -> {
                            FeatureMap x = net.convBatchNormRelu(image, 36, 1, Window.square(3, 1, 1));
                            FeatureMap y = net.relu(net.add(net.conv(x, 36, 1, Window.square(3, 1, 1)), x));
                            y = net.channelShuffle(net.convBatchNormRelu(y, 36, 9, Window.square(3, 2, 1)), 3);
                            return net.classify(net.concat(y, net.maxPool(x, Window.square(2, 2, 0))), 7);
                        })
                        .onnx();
            }
        };

        private final int channels;
        private final int size;

        Example(int channels, int size) {
            this.channels = channels;
            this.size = size;
        }

        abstract byte[] onnx() throws IOException;
    }

    SameBitsEverywhereTest(Example example) {
        this.example = example;
    }

    @Test
    void inEveryBatchOnAnyNumberOfThreads() throws IOException {
        Model model = Model.load(ModelSource.of("example", example.onnx()));
        String input = model.inputs().get(0).name();
        FloatTensor all = BitsOfModel.batch(8, example.channels, example.size, SEED);
        Map<String, Tensor> expected = scalar().run(Map.of(input, all), new WorkerPool(1), () -> false);
        for (int rows : BATCHES) {
            Tensor batch = TensorRows.joined(IntStream.range(8 - rows, 8)
                    .mapToObj(row -> TensorRows.row(all, row))
                    .toList());
            for (int threads = 1; threads <= 3; threads++) {
                try (WorkerPool pool = new WorkerPool(threads)) {
                    Map<String, Tensor> actual = model.run(Map.of(input, batch), pool);
                    String what = "seed " + SEED + ", " + rows + " rows, " + threads + " threads";
                    expected.forEach((name, tensor) -> {
                        for (int row = 0; row < rows; row++) {
                            Plans.assertSameBits(
                                    what,
                                    TensorRows.row(tensor, 8 - rows + row),
                                    TensorRows.row(actual.get(name), row));
                        }
                    });
                }
            }
        }
    }

    @Test
    void inManyRunsAtOnce() throws IOException, InterruptedException, ExecutionException {
        Model model = Model.load(ModelSource.of("example", example.onnx()));
        String input = model.inputs().get(0).name();
        FloatTensor batch = BitsOfModel.batch(example.channels, example.size, SEED);
        Map<String, Tensor> expected = scalar().run(Map.of(input, batch), new WorkerPool(1), () -> false);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Map<String, Tensor>>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                results.add(callers.submit(() -> model.run(Map.of(input, batch))));
            }
            for (Future<Map<String, Tensor>> result : results) {
                Plans.assertSameBits("seed " + SEED, expected, result.get());
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MODULE + " -XX:MaxVectorSize=16", "-Dnone=ofThem"})
    void withOtherVectorsOrNone(String options) throws Exception {
        assertSameBits(Path.of(System.getProperty("java.home")), options);
    }

    @Test
    void onJdk25() throws Exception {
        Optional<Path> home = installed("25");
        assumeTrue(home.isPresent(), "no JDK 25 in /usr/lib/jvm");
        assertSameBits(home.orElseThrow(), MODULE);
    }

    @Test
    void theDigestTellsResultsApart() throws IOException {
        assertTrue(!expected(1).equals(expected(2)));
    }

    private Network scalar() throws IOException {
        Graph graph = Compiler.compile(OnnxReader.read(
                        "example", ModelSource.of("example", example.onnx()).onnx()))
                .graph();
        return new Network(graph, Lowering.outputs(graph), ModelOptions.DEFAULT, Plans::scalar);
    }

    private String expected(long seed) throws IOException {
        String input = Model.load(ModelSource.of("example", example.onnx()))
                .inputs()
                .get(0)
                .name();
        FloatTensor batch = BitsOfModel.batch(example.channels, example.size, seed);
        return BitsOfModel.digest(scalar().run(Map.of(input, batch), new WorkerPool(1), () -> false));
    }

    private void assertSameBits(Path home, String options) throws Exception {
        String what = "seed " + SEED + " on " + home + " with " + options;
        Path file = folder.resolve("example.onnx");
        Files.write(file, example.onnx());
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx1g"));
        command.addAll(List.of(options.split(" ")));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of(
                "-cp",
                classPath,
                BitsOfModel.class.getName(),
                file.toString(),
                Integer.toString(example.channels),
                Integer.toString(example.size),
                Long.toString(SEED)));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("error").toFile())
                .start();
        try {
            assertTrue(process.waitFor(3, TimeUnit.MINUTES), what + " did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> what + ": " + text(folder.resolve("error")));
        assertEquals(expected(SEED), text(output).strip(), what);
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

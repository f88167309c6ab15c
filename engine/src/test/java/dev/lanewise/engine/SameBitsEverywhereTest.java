package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.engine.run.TensorRows;
import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole network, Winograd and all, gives the same bits as its plan run with plain loops: whatever the batch, the place in
 * it, the threads, the vectors and the JDK.
 */
class SameBitsEverywhereTest {

    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final long SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);
    private static final int[] BATCHES = {1, 3, 8};

    private static final int SIZE = 10;

    /** A network with a convolution of every algorithm. */
    private static final byte[] ONNX = NetworkBuilder.build("example", 3, NetworkBuilder.image(SIZE), (net, image) -> {
                Window same = Window.square(3, 1, 1);
                Window point = Window.square(1, 1, 0);
                Window half = Window.square(3, 2, 1);
                FeatureMap x = net.convBatchNormRelu(image, 36, 1, same);
                FeatureMap y = net.relu(net.add(net.conv(x, 36, 1, same), x));
                y = net.hardSwish(net.conv(net.convBatchNormRelu(y, 36, 36, same), 40, 1, point));
                y = net.channelShuffle(net.convBatchNormRelu(y, 40, 10, half), 5);
                FeatureMap direct = net.swish(net.conv(x, 24, 1, half));
                return net.classify(net.concat(y, net.maxPool(x, Window.square(2, 2, 0)), direct), 7);
            })
            .onnx();

    private static final Graph GRAPH = Compiler.compile(
                    OnnxReader.read("example", ModelSource.of("example", ONNX).onnx()))
            .graph();

    @TempDir
    private Path folder;

    @Test
    void theExampleHasEveryAlgorithm() {
        Map<String, Tensor> input = Map.of(NetworkBuilder.INPUT, batch(BitsOfModel.ROWS, SEED));
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (PlanStep step : Plans.of(GRAPH, input, true).steps()) {
            if (step instanceof PlanStep.Convolve convolve) {
                algorithms.add(convolve.plan().algorithm());
            }
        }
        assertEquals(EnumSet.allOf(Algorithm.class), algorithms);
    }

    @Test
    void inEveryBatchOnAnyNumberOfThreads() {
        Model model = Model.load(ModelSource.of("example", ONNX));
        FloatTensor all = batch(8, SEED);
        Map<String, Tensor> expected = expected(all);
        for (int rows : BATCHES) {
            Tensor batch = TensorRows.joined(IntStream.range(8 - rows, 8)
                    .mapToObj(row -> TensorRows.row(all, row))
                    .toList());
            for (int threads = 1; threads <= 3; threads++) {
                try (WorkerPool pool = new WorkerPool(threads)) {
                    Map<String, Tensor> actual = model.run(Map.of(NetworkBuilder.INPUT, batch), pool);
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
    void inManyRunsAtOnce() throws InterruptedException, ExecutionException {
        Model model = Model.load(ModelSource.of("example", ONNX));
        FloatTensor batch = batch(BitsOfModel.ROWS, SEED);
        Map<String, Tensor> expected = expected(batch);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Map<String, Tensor>>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                results.add(callers.submit(() -> model.run(Map.of(NetworkBuilder.INPUT, batch))));
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
    void theDigestTellsResultsApart() {
        assertNotEquals(digest(1), digest(2));
    }

    private static FloatTensor batch(int rows, long seed) {
        return BitsOfModel.batch(rows, 3, SIZE, seed);
    }

    /** What plain loops make of a batch. */
    private static Map<String, Tensor> expected(FloatTensor batch) {
        Network scalar = new Network(GRAPH, Lowering.outputs(GRAPH), ModelOptions.DEFAULT, Plans::scalar);
        return scalar.run(Map.of(NetworkBuilder.INPUT, batch), new WorkerPool(1), () -> false);
    }

    private static String digest(long seed) {
        return BitsOfModel.digest(expected(batch(BitsOfModel.ROWS, seed)));
    }

    private void assertSameBits(Path home, String options) throws Exception {
        String what = "seed " + SEED + " on " + home + " with " + options;
        Path file = folder.resolve("example.onnx");
        Files.write(file, ONNX);
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx1g"));
        command.addAll(List.of(options.split(" ")));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, BitsOfModel.class.getName(), file.toString()));
        command.addAll(List.of("3", Integer.toString(SIZE), Long.toString(SEED)));
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
        assertEquals(digest(SEED), text(output).strip(), what);
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

package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.compiled.CompiledNetwork;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.lowering.RandomGraph;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans that somebody has written by hand, with the right structure and checksum and one wrong number, name or list: they
 * are refused when they are read or run, or they run.
 */
class ForgedPlanTest {

    private static final long FIRST_SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);
    private static final int FORGERIES = Integer.getInteger("lanewise.test.forgeries", 50);
    private static final int BATCH = 2;
    private static final String HASH = "hash";

    private static final dev.lanewise.engine.zoo.Network EXAMPLE =
            NetworkBuilder.build("example", 3, NetworkBuilder.image(10), (net, image) -> {
                FeatureMap x = net.convBatchNormRelu(image, 36, 1, Window.square(3, 1, 1));
                FeatureMap y = net.relu(net.add(net.conv(x, 36, 9, Window.square(3, 1, 1)), x));
                y = net.conv(
                        net.relu(net.batchNorm(net.maxPool(y, Window.square(3, 1, 1)))), 36, 1, Window.square(1, 1, 0));
                y = net.concat(net.channelShuffle(y, 3), net.slice(x, 4, 20));
                y = net.mul(y, net.sigmoid(net.globalAveragePool(y)));
                return net.softmax(net.classify(net.resize(net.maxPool(y, Window.square(2, 2, 0)), 2), 7));
            });

    /** Far more than any takes. */
    private static final Duration LONG = Duration.ofSeconds(60);

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void areRefusedOrRun(long seed) throws IOException {
        RandomGraph random = new RandomGraph(seed, Dimension.of(BATCH));
        Map<String, Tensor> inputs = random.inputs(BATCH);
        Map<String, Shape> shapes = new HashMap<>();
        inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        Graph graph = Compiler.compile(random.graph()).graph();
        CompiledNetwork.PlanFor honest =
                new Network(graph, Lowering.outputs(graph), ModelOptions.DEFAULT).planFor(shapes);
        Forger forger = new Forger(seed);
        int refused = 0;
        for (int i = 0; i < FORGERIES; i++) {
            CompiledNetwork.PlanFor forged;
            try {
                forged = forger.forge(honest);
            } catch (IllegalArgumentException e) {
                // So does whoever reads it.
                refused++;
                continue;
            }
            byte[] bytes = bytes(new CompiledNetwork(HASH, true, graph, List.of(forged)), random.graph());
            String what = "seed " + seed + ", forgery " + i + ": " + forger.changed();
            refused +=
                    assertTimeoutPreemptively(LONG, () -> isRefused(bytes, random.graph(), inputs, what), what) ? 1 : 0;
        }
        assertTrue(refused > FORGERIES / 4, "only " + refused + " of seed " + seed);
    }

    private static boolean isRefused(byte[] bytes, Graph written, Map<String, Tensor> inputs, String what) {
        try {
            CompiledNetwork read = CompiledNetwork.read(bytes, written, HASH);
            Map<Map<String, Shape>, Plan> plans = new HashMap<>();
            read.plans().forEach(plan -> plans.put(plan.inputs(), plan.plan()));
            List<String> outputs = Lowering.outputs(read.graph());
            Network network = new Network(
                    read.graph(), outputs, ModelOptions.DEFAULT, plans, (plan, progress) -> Plans.scalar(plan));
            assertEquals(
                    List.copyOf(outputs),
                    List.copyOf(
                            network.run(inputs, new WorkerPool(1), () -> false).keySet()));
            return false;
        } catch (ModelException e) {
            assertEquals(1, e.getMessage().lines().count(), what);
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            return fail(what, e);
        }
    }

    @Test
    void areRefusedByWhatIsWrong() throws IOException {
        Graph graph = Compiler.compile(OnnxReader.read(
                        "example", ModelSource.of("example", EXAMPLE.onnx()).onnx()))
                .graph();
        CompiledNetwork.PlanFor honest = new Network(graph, Lowering.outputs(graph), ModelOptions.DEFAULT)
                .planFor(Map.of(NetworkBuilder.INPUT, Shape.of(1, 3, 10, 10)));
        Plan plan = honest.plan();

        List<PlanStep> backwards = new ArrayList<>(plan.steps());
        Collections.reverse(backwards);
        assertRefused(graph, honest, backwards, plan.storages(), "', which nothing has made");
        List<Plan.Storage> far = plan.storages().stream()
                .map(storage -> new Plan.Storage(storage.floats(), 1 << 30, storage.constant()))
                .toList();
        assertRefused(graph, honest, plan.steps(), far, "an arena of ");
        List<Plan.Storage> large = plan.storages().stream()
                .map(storage -> new Plan.Storage(storage.floats() + 1, storage.arenaOffset(), storage.constant()))
                .toList();
        assertRefused(graph, honest, plan.steps(), large, ", of which steps use ");
        List<Plan.Storage> small = plan.storages().stream()
                .map(storage -> new Plan.Storage(storage.floats() - 1, storage.arenaOffset(), storage.constant()))
                .toList();
        assertRefused(graph, honest, plan.steps(), small, " reaches out of its memory");
        List<PlanStep> withoutResidual = plan.steps().stream()
                .map(step -> step instanceof PlanStep.Convolve c
                        ? new PlanStep.Convolve(c.name(), c.plan(), c.parameters(), c.input(), null, c.output())
                        : step)
                .toList();
        assertRefused(graph, honest, withoutResidual, plan.storages(), " lacks its residual");
        List<PlanStep> withoutScale = plan.steps().stream()
                .map(step -> step instanceof PlanStep.Convolve c
                        ? new PlanStep.Convolve(
                                c.name(),
                                c.plan(),
                                new ConvParameters(
                                        c.parameters().weights(), c.parameters().bias()),
                                c.input(),
                                c.residual(),
                                c.output())
                        : step)
                .toList();
        assertRefused(
                graph, honest, withoutScale, plan.storages(), "the workload has scale, but its parameters have none");
    }

    private static void assertRefused(
            Graph graph, CompiledNetwork.PlanFor honest, List<PlanStep> steps, List<Plan.Storage> storages, String why)
            throws IOException {
        Plan plan = honest.plan();
        Plan forged = new Plan(plan.model(), steps, storages, plan.lastUse(), plan.outputs(), plan.constants());
        CompiledNetwork network =
                new CompiledNetwork(HASH, true, graph, List.of(new CompiledNetwork.PlanFor(honest.inputs(), forged)));
        byte[] bytes = bytes(network, graph);
        String message = assertThrows(ModelException.class, () -> CompiledNetwork.read(bytes, graph, HASH))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    /** The graph is what plans for other shapes are made of. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void graphsAreRefusedOrPlanned(long seed) throws IOException {
        ModelSource source = ModelSource.of("example", EXAMPLE.onnx());
        Graph written = OnnxReader.read("example", source.onnx());
        Graph honest = Compiler.compile(written).graph();
        Forger forger = new Forger(seed);
        int refused = 0;
        for (int i = 0; i < FORGERIES; i++) {
            Graph forged;
            try {
                forged = forger.forge(honest);
            } catch (IllegalArgumentException e) {
                refused++;
                continue;
            }
            byte[] bytes = bytes(new CompiledNetwork(source.contentHash(), true, forged, List.of()), written);
            String what = "seed " + seed + ", forgery " + i + ": " + forger.changed();
            refused += assertTimeoutPreemptively(LONG, () -> isRefused(source, bytes, what), what) ? 1 : 0;
        }
        assertTrue(refused > FORGERIES / 6, "only " + refused + " of seed " + seed);
    }

    private static boolean isRefused(ModelSource source, byte[] bytes, String what) {
        try {
            Model model = Model.loadCompiled(source, bytes);
            model.describe();
            model.memory(Map.of(NetworkBuilder.INPUT, Shape.of(2, 3, 9, 9)));
            return false;
        } catch (ModelException e) {
            assertEquals(1, e.getMessage().lines().count(), what);
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            return fail(what, e);
        }
    }

    private static byte[] bytes(CompiledNetwork network, Graph written) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        network.write(out, written);
        return out.toByteArray();
    }
}

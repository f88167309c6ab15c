package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.lowering.RandomGraph;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.engine.run.TensorRows;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches, whether they run row by row or as a whole. */
class NetworkTest {

    private static final int ROWS = 5;
    private static final GraphValue IMAGE = new GraphValue(
            "x",
            new TensorType(
                    ElementType.FLOAT32,
                    List.of(
                            Dimension.symbol("N"),
                            Dimension.of(1),
                            Dimension.symbol("height"),
                            Dimension.symbol("width"))));
    private static final ModelOptions WITHOUT_WINOGRAD = new ModelOptions(false);

    static LongStream seeds() {
        String[] range = System.getProperty("lanewise.test.seeds", "100-139").split("-");
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void givesARowTheSameBitsWhateverTheBatchAndTheThreads(long seed) {
        RandomGraph random = new RandomGraph(seed, Dimension.symbol("N"));
        Graph compiled = Compiler.compile(random.graph()).graph();
        List<String> wanted = Lowering.outputs(compiled);
        Map<String, Tensor> batch = random.inputs(ROWS);
        Map<String, Tensor> expected = new ReferenceExecutor(compiled, wanted).run(batch);
        Network network = new Network(compiled, wanted, WITHOUT_WINOGRAD, Plans::scalar);
        for (int threads = 1; threads <= 3; threads++) {
            try (WorkerPool pool = new WorkerPool(threads)) {
                String what = "seed " + seed + ", " + threads + " threads";
                Plans.assertSameBits(what, expected, network.run(batch, pool, () -> false));
                Map<String, Tensor> row = network.run(row(batch, ROWS - 1), pool, () -> false);
                row.forEach((name, tensor) -> {
                    if (!compiled.constants().containsKey(name)) {
                        Plans.assertSameBits(what, TensorRows.row(expected.get(name), ROWS - 1), tensor);
                    }
                });
            }
        }
    }

    @Test
    void runsAChainOfManyHalvesPutTogetherAgain() {
        int links = 2001;
        List<Node> nodes = new ArrayList<>(List.of(convolution()));
        String last = "y";
        for (int i = 0; i < links; i++) {
            nodes.add(new Node("split" + i, "Split", new Split(1, 2), List.of(last), List.of("a" + i, "b" + i)));
            nodes.add(new Node("join" + i, "Concat", new Concat(1), List.of("b" + i, "a" + i), List.of("j" + i)));
            last = "j" + i;
        }
        Map<String, Tensor> weights = Map.of("w", FloatTensor.of(Shape.of(2, 1, 1, 1), new float[] {1, 10}));
        Graph graph = new Graph("chain", 17, List.of(IMAGE), List.of(), nodes, weights);
        Network network = new Network(graph, List.of(last), WITHOUT_WINOGRAD, Plans::scalar);
        Map<String, Tensor> inputs = Map.of("x", FloatTensor.of(Shape.of(2, 1, 1, 1), new float[] {3, 4}));
        Tensor expected = FloatTensor.of(Shape.of(2, 2, 1, 1), new float[] {30, 3, 40, 4});
        Plans.assertSameBits("chain", expected, run(network, inputs).get(last));
    }

    @Test
    void ignoresInputsThatNobodyReads() {
        GraphValue unread = new GraphValue("unread", TensorType.unknownRank(ElementType.INT64));
        Graph graph = new Graph("test", 17, List.of(unread, IMAGE), List.of(), List.of(convolution()), weights(2));
        Network network = new Network(graph, List.of("y"), WITHOUT_WINOGRAD, Plans::scalar);
        Map<String, Tensor> inputs =
                Map.of("unread", LongTensor.scalar(1), "x", FloatTensor.of(Shape.of(3, 1, 2, 2), new float[12]));
        assertEquals(Shape.of(3, 2, 2, 2), run(network, inputs).get("y").shape());
    }

    @Test
    void tellsThatAnImageIsTooLargeForAnArray() {
        assertTooLarge(List.of(convolution()), weights(3000));
    }

    @Test
    void tellsThatAllImagesTogetherAreTooLargeForAnArena() {
        Node twice = new Node("double", "Add", Binary.of(BinaryFunction.ADD), List.of("y", "y"), List.of("z"));
        assertTooLarge(List.of(convolution(), twice), weights(1500));
    }

    private static void assertTooLarge(List<Node> nodes, Map<String, Tensor> constants) {
        Graph graph = new Graph("large", 17, List.of(IMAGE), List.of(), nodes, constants);
        List<String> wanted = nodes.get(nodes.size() - 1).outputs();
        Network network = new Network(graph, wanted, WITHOUT_WINOGRAD, Plans::scalar);
        Map<String, Tensor> inputs = Map.of("x", FloatTensor.of(Shape.of(2, 1, 1000, 1000), new float[2_000_000]));
        ModelException thrown = assertThrows(ModelException.class, () -> run(network, inputs));
        assertTrue(thrown.getMessage().startsWith("large: "), thrown::getMessage);
        assertTrue(thrown.getMessage().contains("1000"), thrown::getMessage);
        assertEquals(1, thrown.getMessage().lines().count(), thrown::getMessage);
    }

    @Test
    void namesTheNodeWhoseShapesDoNotFitInARow() {
        // Which heights fit is known only with the image.
        Node turned = new Node("turn", "Transpose", new Transpose(List.of(0, 1, 3, 2)), List.of("x"), List.of("t"));
        Node sum = new Node("add", "Add", Binary.of(BinaryFunction.ADD), List.of("x", "t"), List.of("y"));
        Graph graph = new Graph("square", 17, List.of(IMAGE), List.of(), List.of(turned, sum), Map.of());
        Network network = new Network(graph, List.of("y"), WITHOUT_WINOGRAD, Plans::scalar);
        Map<String, Tensor> inputs = Map.of("x", FloatTensor.of(Shape.of(2, 1, 3, 4), new float[24]));
        ModelException thrown = assertThrows(ModelException.class, () -> run(network, inputs));
        assertTrue(thrown.getMessage().startsWith("square: Add 'add' cannot work on 'x' FLOAT32"), thrown::getMessage);
        assertEquals(1, thrown.getMessage().lines().count(), thrown::getMessage);
    }

    /** From x to y, one pixel to one. */
    private static Node convolution() {
        SlidingWindow point =
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(), SlidingWindow.AutoPad.NOTSET, false);
        return new Node("convolve", "Conv", new Convolution(point, 1), List.of("x", "w"), List.of("y"));
    }

    private static Map<String, Tensor> weights(int outputs) {
        Shape shape = Shape.of(outputs, 1, 1, 1);
        return Map.of("w", FloatTensor.of(shape, new float[shape.size()]));
    }

    private static Map<String, Tensor> run(Network network, Map<String, Tensor> inputs) {
        try (WorkerPool pool = new WorkerPool(1)) {
            return network.run(inputs, pool, () -> false);
        }
    }

    private static Map<String, Tensor> row(Map<String, Tensor> batch, int row) {
        Map<String, Tensor> rows = new HashMap<>();
        batch.forEach((name, tensor) -> rows.put(name, TensorRows.row(tensor, row)));
        return rows;
    }
}

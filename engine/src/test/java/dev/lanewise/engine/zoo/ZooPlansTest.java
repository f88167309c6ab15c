package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the networks are compiled to: the same scores, the same bits as without a plan, and as few reorders as can be. */
@ParameterizedClass
@EnumSource(
        value = Zoo.class,
        mode = EnumSource.Mode.EXCLUDE,
        // The same blocks as in smaller networks; and these weights would fill half of the memory that tests have.
        names = {"RESNEXT_101_32X8D", "VGG_16"})
class ZooPlansTest {

    private static final int SIZE = 64;
    private static final double WINOGRAD_TOLERANCE = 1e-3;

    /** Relative to the largest score: what rounding otherwise adds up to in a hundred layers. */
    private static final double COMPILATION_TOLERANCE = 2e-5;

    private static final double MOST_MEGABYTES = 10;

    /**
     * A sum in ShuffleNetV1 has its channels side by side with pooled ones, which lie in other blocks for the groups that
     * read them. The depthwise convolutions at the end of two stages of ShuffleNetV2 want channels side by side that the
     * stage's concatenations left apart.
     */
    private static final Map<Zoo, Integer> REORDERS = Map.of(Zoo.SHUFFLENET_V1_G3, 2, Zoo.SHUFFLENET_V2, 2);

    private static @Nullable Compiled last;

    private final Compiled compiled;
    private final Graph graph;

    /** @param scores what the reference computes for {@code image} */
    private record Compiled(Zoo zoo, Network network, Graph written, Graph graph, FloatTensor image, Tensor scores) {

        static Compiled of(Zoo zoo) {
            Network network = zoo.network(SIZE);
            Graph written = OnnxReader.read(
                    network.name(),
                    ModelSource.of(network.name(), network.onnx()).onnx());
            Graph graph = Compiler.compile(written).graph();
            FloatTensor image = Seeded.image(1009, 3, SIZE, SIZE);
            return new Compiled(zoo, network, written, graph, image, reference(graph, image));
        }
    }

    ZooPlansTest(Zoo zoo) {
        this.compiled = compiled(zoo);
        this.graph = compiled.graph();
    }

    /** Compiled once for all the tests that follow each other. */
    private static synchronized Compiled compiled(Zoo zoo) {
        Compiled compiled = last;
        if (compiled == null || compiled.zoo() != zoo) {
            compiled = Compiled.of(zoo);
            last = compiled;
        }
        return compiled;
    }

    private static Tensor reference(Graph graph, FloatTensor image) {
        return new ReferenceExecutor(graph, List.of(NetworkBuilder.OUTPUT))
                .run(Map.of(NetworkBuilder.INPUT, image))
                .get(NetworkBuilder.OUTPUT);
    }

    @Test
    void computesTheScoresOfTheFilesNodes() {
        double difference = Agreement.difference(
                (FloatTensor) reference(compiled.written(), compiled.image()), (FloatTensor) compiled.scores());
        assertTrue(difference <= COMPILATION_TOLERANCE, () -> "difference " + difference);
    }

    @Test
    void computesTheBitsOfTheReference() {
        Map<String, Tensor> image = Map.of(NetworkBuilder.INPUT, compiled.image());
        Plan plan = Plans.of(graph, image, false);
        Map<String, Tensor> expected = Map.of(NetworkBuilder.OUTPUT, compiled.scores());
        Plans.assertSameBits(compiled.zoo().toString(), expected, Plans.run(Plans.scalar(plan), image));
    }

    @Test
    void agreesWithOnnxRuntimeWithWinograd() {
        Map<String, Tensor> inputs = Map.of(NetworkBuilder.INPUT, compiled.image());
        Tensor scores =
                Plans.run(Plans.scalar(Plans.of(graph, inputs, true)), inputs).get(NetworkBuilder.OUTPUT);
        try (OnnxRuntime runtime = OnnxRuntime.load(compiled.network().onnx())) {
            double difference = Agreement.difference(runtime.scores(compiled.image()), (FloatTensor) scores);
            assertTrue(difference <= WINOGRAD_TOLERANCE, () -> "difference " + difference);
        }
    }

    @Test
    void reordersNothingButWhatConcatenationsForce() {
        List<String> reorders = atFullSize(true).steps().stream()
                .filter(step -> step instanceof PlanStep.Reorder reorder && reorder.movesChannels())
                .map(PlanStep::name)
                .toList();
        assertEquals(REORDERS.getOrDefault(compiled.zoo(), 0), reorders.size(), reorders::toString);
    }

    @Test
    void hasEveryPieceOfMemoryToItselfWhileItIsInUse() {
        Plans.assertNothingOverlaps(atFullSize(true));
    }

    @Test
    void takesLittleMemory() {
        double megabytes = (double) Float.BYTES * atFullSize(true).arenaFloats() / (1 << 20);
        assertTrue(megabytes <= MOST_MEGABYTES, () -> megabytes + " MiB");
    }

    private Plan atFullSize(boolean winograd) {
        Shape shape = Shape.of(1, 3, Zoo.IMAGE_SIZE, Zoo.IMAGE_SIZE);
        TensorType type = new TensorType(ElementType.FLOAT32, TensorType.dimensions(shape));
        return Plans.ofTypes(graph, Map.of(NetworkBuilder.INPUT, type), winograd);
    }
}

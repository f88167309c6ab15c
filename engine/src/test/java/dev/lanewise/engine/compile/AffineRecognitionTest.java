package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AffineRecognitionTest {

    private static final Activate ACTIVATE = new Activate(new Activation.Relu());
    private static final Binary ADD = Binary.of(BinaryFunction.ADD);
    private static final Binary MUL = Binary.of(BinaryFunction.MUL);
    private static final ChannelAffine AFFINE = new ChannelAffine(new Activation.None());
    private static final ChannelAffine ACTIVATED = new ChannelAffine(new Activation.Relu());

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 4);

    @Test
    void takesBatchNormalizationWithItsActivation() {
        Graph result = assertLeaves(AffineRecognition::apply, graph.to(graph.node(ACTIVATE, normalized(x))), ACTIVATED);

        assertEquals("ChannelAffine", result.nodes().get(0).type());
    }

    @Test
    void computesTheBitsOfBatchNormalization() {
        Graph built = graph.to(normalized(x));
        Graph result = AffineRecognition.apply(built, ShapeInference.infer(built));
        float[] data = new float[2 * 4 * 5 * 4];
        for (int i = 0; i < data.length; i++) {
            data[i] = 100 + i / 7f;
        }
        Map<String, Tensor> inputs = Map.of(x, FloatTensor.of(Shape.of(2, 4, 5, 4), data));
        List<String> output = built.nodes().get(0).outputs();

        assertArrayEquals(
                ((FloatTensor) new ReferenceExecutor(built, output).run(inputs).get(output.get(0))).data(),
                ((FloatTensor) new ReferenceExecutor(result, output).run(inputs).get(output.get(0))).data());
    }

    @Test
    void takesChainsOfConstantsForEachChannel() {
        String y = graph.node(ADD, graph.node(MUL, x, graph.floats(4, 1, 1)), graph.floats(1, 4, 1, 1));
        y = graph.node(Binary.of(BinaryFunction.SUB), graph.scalar(1), normalized(y));
        y = graph.node(ACTIVATE, graph.node(Binary.of(BinaryFunction.DIV), y, graph.scalar(3)));

        assertLeaves(AffineRecognition::apply, graph.to(y), ACTIVATED);
    }

    @Test
    void takesOneDimensionalImagesAndNormalizedRows() {
        String flat = graph.node(MUL, graph.input(4, 7), graph.floats(4, 1));
        String row = normalized(graph.input(4));

        assertLeaves(AffineRecognition::apply, graph.to(flat, row), AFFINE, AFFINE);
    }

    @Test
    void endsAChainAtItsActivation() {
        String y = graph.node(MUL, graph.node(ACTIVATE, normalized(x)), graph.scalar(2));

        assertLeaves(AffineRecognition::apply, graph.to(y), ACTIVATED, AFFINE);
    }

    @Test
    void endsAChainWhereOthersReadIt() {
        String first = normalized(x);
        String second = graph.node(MUL, first, graph.scalar(2));

        assertLeaves(AffineRecognition::apply, graph.to(first, graph.node(ACTIVATE, second)), AFFINE, ACTIVATED);
    }

    @Test
    void keepsOtherConstants() {
        assertKeeps(AffineRecognition::apply, graph.to(graph.node(MUL, x, graph.floats(4))));
        assertKeeps(AffineRecognition::apply, graph.to(graph.node(MUL, x, graph.floats(5, 1))));
        assertKeeps(AffineRecognition::apply, graph.to(graph.node(MUL, x, graph.input(4, 1, 1))));
        assertKeeps(AffineRecognition::apply, graph.to(graph.node(MUL, graph.input(4), graph.floats(4))));
        assertKeeps(AffineRecognition::apply, graph.to(graph.node(Binary.of(BinaryFunction.POW), x, graph.scalar(2))));
    }

    @Test
    void keepsStatisticsForEveryElement() {
        TestGraph old = new TestGraph();
        String[] inputs = {old.input(4, 5), old.floats(20), old.floats(20), old.floats(20), old.positives(20)};

        assertKeeps(AffineRecognition::apply, old.to(old.node(new BatchNormalization(1e-5f), inputs)));
    }

    @Test
    void keepsTypesThatAreRoundedAfterEveryNode() {
        String half = graph.input(ElementType.FLOAT16, 4, 5, 4);

        assertKeeps(AffineRecognition::apply, graph.to(graph.node(MUL, half, graph.floats(4, 1, 1))));
    }

    private String normalized(String value) {
        return graph.node(
                new BatchNormalization(1e-5f),
                value,
                graph.floats(4),
                graph.floats(4),
                graph.floats(4),
                graph.positives(4));
    }
}

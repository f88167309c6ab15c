package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrologueFusionTest {

    private static final Activation RELU = new Activation.Relu();
    private static final ChannelAffine AFFINE = new ChannelAffine(RELU);
    private static final Prologue PROLOGUE = new Prologue(true, RELU);
    private static final FusedConvolution POINT =
            new FusedConvolution(new Convolution(TestGraph.PLAIN, 1), false, new Activation.None());
    private static final FusedConvolution SUM = new FusedConvolution(POINT.convolution(), true, RELU);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);
    private final String scale = graph.floats(4);
    private final String shift = graph.floats(4);
    private final String affine = graph.node(AFFINE, x, scale, shift);

    @Test
    void movesTheAffineIntoThePointwiseConvolutionThatReadsIt() {
        String y = graph.node(POINT, affine, graph.floats(6, 4, 1, 1), graph.floats(6));

        Graph result = assertLeaves(PrologueFusion::apply, graph.to(y), POINT.with(PROLOGUE));

        Node node = result.nodes().get(0);
        assertEquals(x, node.inputs().get(0));
        assertEquals("", node.inputs().get(FusedConvolution.RESIDUAL));
        assertEquals(List.of(scale, shift), node.inputs().subList(FusedConvolution.SCALE, 6));
        assertEquals("FusedConvolution of " + y, node.name());
    }

    @Test
    void keepsTheResidual() {
        String y = graph.node(SUM, affine, graph.floats(4, 4, 1, 1), "", x);

        assertLeaves(PrologueFusion::apply, graph.to(y), SUM.with(PROLOGUE));
    }

    @Test
    void movesTheAffineOfEachLayer() {
        String y = graph.node(POINT, affine, graph.floats(4, 4, 1, 1));
        String z = graph.node(POINT, graph.node(AFFINE, y, graph.floats(4), graph.floats(4)), graph.floats(3, 4, 1, 1));

        assertLeaves(PrologueFusion::apply, graph.to(z), POINT.with(PROLOGUE), POINT.with(PROLOGUE));
    }

    @Test
    void leavesOneOfTwoAffinesInARow() {
        String twice = graph.node(AFFINE, affine, graph.floats(4), graph.floats(4));
        String y = graph.node(POINT, twice, graph.floats(3, 4, 1, 1));

        assertLeaves(PrologueFusion::apply, graph.to(y), AFFINE, POINT.with(PROLOGUE));
    }

    @Test
    void keepsAffinesThatOthersRead() {
        String y = graph.node(POINT, affine, graph.floats(6, 4, 1, 1));
        String z = graph.node(POINT, affine, graph.floats(2, 4, 1, 1));

        assertKeeps(PrologueFusion::apply, graph.to(y, z));
    }

    @Test
    void keepsAffinesThatAreOutputsOrResiduals() {
        assertKeeps(PrologueFusion::apply, graph.to(graph.node(POINT, affine, graph.floats(6, 4, 1, 1)), affine));
        TestGraph other = new TestGraph();
        String image = other.input(4, 5, 6);
        String residual = other.node(AFFINE, image, other.floats(4), other.floats(4));
        assertKeeps(PrologueFusion::apply, other.to(other.node(SUM, image, other.floats(4, 4, 1, 1), "", residual)));
    }

    @Test
    void keepsAffinesBeforeWiderWindows() {
        FusedConvolution wide = new FusedConvolution(TestGraph.window(1), false, RELU);

        assertKeeps(PrologueFusion::apply, graph.to(graph.node(wide, affine, graph.floats(6, 4, 3, 3))));
    }

    @Test
    void runsWithTheBitsOfTheTwoNodes() {
        String y = graph.node(SUM, affine, graph.floats(4, 4, 1, 1), graph.floats(4), x);
        Graph built = graph.to(y);
        Graph fused = PrologueFusion.apply(built, ShapeInference.infer(built));
        float[] data = new float[2 * 4 * 5 * 6];
        IntStream.range(0, data.length).forEach(i -> data[i] = (i % 37 - 18) / 7f);
        Map<String, Tensor> inputs = Map.of(x, FloatTensor.of(Shape.of(2, 4, 5, 6), data));
        Plan plan = Plans.of(fused, inputs, false);

        float[] expected = floats(new ReferenceExecutor(built, List.of(y)).run(inputs), y);
        assertArrayEquals(expected, floats(new ReferenceExecutor(fused, List.of(y)).run(inputs), y));
        assertArrayEquals(expected, floats(Plans.run(Plans.scalar(plan), inputs), y));
        assertEquals(
                List.of(PROLOGUE),
                plan.steps().stream()
                        .filter(PlanStep.Convolve.class::isInstance)
                        .map(step ->
                                ((PlanStep.Convolve) step).plan().workload().prologue())
                        .toList());
    }

    private static float[] floats(Map<String, Tensor> outputs, String name) {
        return ((FloatTensor) outputs.get(name)).data();
    }
}

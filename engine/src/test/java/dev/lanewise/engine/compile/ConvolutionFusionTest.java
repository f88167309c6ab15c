package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static dev.lanewise.engine.compile.TestGraph.window;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionFusionTest {

    private static final Activation NONE = new Activation.None();
    private static final Activation RELU = new Activation.Relu();
    private static final Activate ACTIVATE = new Activate(RELU);
    private static final Unary ABS = Unary.of(UnaryFunction.ABS);
    private static final Binary ADD = Binary.of(BinaryFunction.ADD);
    private static final Convolution CONVOLUTION = window(1);
    private static final FusedConvolution PLAIN = fused(false, NONE);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);
    private final String convolution = graph.convolution(x, 4, 4);

    @Test
    void fusesTheActivation() {
        Graph result =
                assertLeaves(ConvolutionFusion::apply, graph.to(graph.node(ACTIVATE, convolution)), fused(false, RELU));

        assertEquals("FusedConv", result.nodes().get(0).type());
        assertEquals("Convolution of " + convolution, result.nodes().get(0).name());
    }

    @Test
    void fusesTheResidualAndThenTheActivation() {
        String residual = graph.node(ABS, x);
        String left = graph.node(ACTIVATE, graph.node(ADD, residual, convolution));
        String right = graph.node(ACTIVATE, graph.node(ADD, biased(left), left));

        assertLeaves(ConvolutionFusion::apply, graph.to(right), ABS, fused(true, RELU), fused(true, RELU));
    }

    @Test
    void fusesOneDimensionalConvolutions() {
        TestGraph flat = new TestGraph();
        Convolution row = new Convolution(TestGraph.PLAIN, 2);
        String y = flat.node(row, flat.input(4, 7), flat.floats(6, 2, 3), flat.floats(6));

        assertLeaves(ConvolutionFusion::apply, flat.to(flat.node(ACTIVATE, y)), new FusedConvolution(row, false, RELU));
    }

    @Test
    void addsToTheLaterOfTwoConvolutions() {
        String second = biased(x);
        String y = graph.node(ADD, second, convolution);
        String third = graph.convolution(y, 4, 4);
        String fourth = biased(y);
        String z = graph.node(ADD, third, fourth);

        Graph result =
                assertLeaves(ConvolutionFusion::apply, graph.to(z), PLAIN, fused(true, NONE), PLAIN, fused(true, NONE));

        assertEquals("Convolution of " + second, result.nodes().get(1).name());
        assertEquals(convolution, result.nodes().get(1).inputs().get(FusedConvolution.RESIDUAL));
        assertEquals("Convolution of " + fourth, result.nodes().get(3).name());
    }

    @Test
    void addsToTheEarlierConvolutionWhereTheLaterIsReadTwice() {
        String second = biased(x);
        String y = graph.node(ADD, convolution, second);

        assertLeaves(ConvolutionFusion::apply, graph.to(y, graph.node(ABS, second)), PLAIN, fused(true, NONE), ABS);
    }

    @Test
    void addsOneResidualOnly() {
        String y = graph.node(ADD, graph.node(ADD, convolution, x), graph.node(ABS, x));

        assertLeaves(ConvolutionFusion::apply, graph.to(y), fused(true, NONE), ABS, ADD);
    }

    @Test
    void addsNothingBehindAnActivation() {
        String y = graph.node(ADD, graph.node(ACTIVATE, convolution), x);

        assertLeaves(ConvolutionFusion::apply, graph.to(y), fused(false, RELU), ADD);
    }

    @Test
    void activatesOnce() {
        String y = graph.node(ACTIVATE, graph.node(ACTIVATE, convolution));

        assertLeaves(ConvolutionFusion::apply, graph.to(y), fused(false, RELU), ACTIVATE);
    }

    @Test
    void keepsSumsOfOtherShapes() {
        String perImage = graph.node(ADD, convolution, graph.input(4, 1, 1));
        String perBatch = graph.node(ADD, graph.convolution(x, 4, 4), graph.node(ABS, graph.floats(4, 5, 6)));
        String widened = graph.node(ADD, graph.convolution(graph.input(4, 1, 1), 4, 4), x);

        assertLeaves(
                ConvolutionFusion::apply,
                graph.to(perImage, perBatch, widened),
                PLAIN,
                ADD,
                PLAIN,
                ABS,
                ADD,
                PLAIN,
                ADD);
    }

    @Test
    void keepsConstantAddendsOfTheOutputsShape() {
        TestGraph one = new TestGraph();
        String y = one.node(
                ADD, one.node(CONVOLUTION, one.floats(1, 4, 5, 6), one.floats(4, 4, 3, 3)), one.floats(1, 4, 5, 6));

        assertLeaves(ConvolutionFusion::apply, one.to(y), PLAIN, ADD);
    }

    @Test
    void keepsOtherFunctionsOfTwo() {
        String y = graph.node(Binary.of(BinaryFunction.SUB), convolution, x);

        assertLeaves(ConvolutionFusion::apply, graph.to(y), PLAIN, Binary.of(BinaryFunction.SUB));
    }

    @Test
    void keepsConvolutionsThatOthersRead() {
        String y = graph.node(ADD, convolution, x);
        String z = graph.node(ACTIVATE, convolution);

        assertLeaves(ConvolutionFusion::apply, graph.to(y, z), PLAIN, ADD, ACTIVATE);
    }

    @Test
    void keepsConvolutionsThatAreOutputs() {
        assertLeaves(
                ConvolutionFusion::apply, graph.to(graph.node(ACTIVATE, convolution), convolution), PLAIN, ACTIVATE);
    }

    @Test
    void keepsADoubledConvolution() {
        assertLeaves(ConvolutionFusion::apply, graph.to(graph.node(ADD, convolution, convolution)), PLAIN, ADD);
    }

    @Test
    void keepsConvolutionsWhoseWeightsOrBiasOnlyTheRunKnows() {
        TestGraph open = new TestGraph();
        String image = open.input(4, 5, 6);
        String weights = open.node(CONVOLUTION, image, open.input(4, 3, 3));
        String bias = open.node(CONVOLUTION, image, open.floats(3, 4, 3, 3), open.input());

        assertKeeps(ConvolutionFusion::apply, open.to(open.node(ACTIVATE, weights), open.node(ACTIVATE, bias)));
    }

    @Test
    void keepsTypesThatAreRoundedAfterEveryNode() {
        TestGraph half = new TestGraph();
        String image = half.input(ElementType.FLOAT16, 4, 5, 6);

        assertKeeps(ConvolutionFusion::apply, half.to(half.convolution(image, 4, 4)));
    }

    @Test
    void putsTheBiasBeforeTheResidual() {
        Graph built = graph.to(graph.node(ADD, convolution, x));

        Node node = ConvolutionFusion.apply(built, ShapeInference.infer(built))
                .nodes()
                .get(0);

        assertEquals(List.of("", x), node.inputs().subList(2, 4));
    }

    private static FusedConvolution fused(boolean residual, Activation activation) {
        return new FusedConvolution(CONVOLUTION, residual, activation);
    }

    private String biased(String value) {
        return graph.node(CONVOLUTION, value, graph.floats(4, 4, 3, 3), graph.floats(4));
    }
}

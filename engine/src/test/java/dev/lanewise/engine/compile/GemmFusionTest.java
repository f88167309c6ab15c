package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.FusedGemm;
import dev.lanewise.engine.graph.Gemm;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.MatMul;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.workload.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GemmFusionTest {

    private static final Activate ACTIVATE = new Activate(new Activation.Relu());
    private static final Binary ADD = Binary.of(BinaryFunction.ADD);
    private static final Binary MUL = Binary.of(BinaryFunction.MUL);
    private static final Gemm PRODUCT = new Gemm(1, 1, false, false);
    private static final MatMul MAT_MUL = new MatMul();
    private static final FusedGemm FUSED = new FusedGemm(false, new Activation.None());
    private static final FusedGemm ACTIVATED = new FusedGemm(false, new Activation.Relu());

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(5);
    private final String weights = graph.floats(5, 7);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fusesGemm(boolean transposed) {
        String matrix = transposed ? graph.floats(7, 5) : weights;
        String y = graph.node(new Gemm(0.5f, 2, false, transposed), x, matrix, graph.floats(7));

        Graph result = assertLeaves(
                GemmFusion::apply, graph.to(graph.node(ACTIVATE, y)), new FusedGemm(transposed, new Activation.Relu()));

        assertEquals("FusedGemm", result.nodes().get(0).type());
        assertEquals("Gemm of " + y, result.nodes().get(0).name());
    }

    @Test
    void takesAnyConstantRowAsBias() {
        String none = graph.node(PRODUCT, x, weights);
        String scalar = graph.node(PRODUCT, x, weights, graph.scalar(2));
        String row = graph.node(PRODUCT, x, weights, graph.floats(1, 7));
        String dropped = graph.node(new Gemm(1, 0, false, false), x, weights, graph.floats(7));

        assertLeaves(GemmFusion::apply, graph.to(none, scalar, row, dropped), FUSED, FUSED, FUSED, FUSED);
    }

    @Test
    void fusesMatMulWithTheRowThatIsAdded() {
        String y = graph.node(ADD, graph.node(MAT_MUL, x, weights), graph.floats(7));
        String z = graph.node(ADD, graph.floats(1, 7), graph.node(MAT_MUL, x, weights));

        assertLeaves(
                GemmFusion::apply, graph.to(graph.node(ACTIVATE, y), graph.node(ACTIVATE, z)), ACTIVATED, ACTIVATED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fusesWhatScalesTheColumns(boolean transposed) {
        String matrix = transposed ? graph.floats(7, 5) : weights;
        String y = graph.node(new Gemm(1, 1, false, transposed), x, matrix, graph.floats(7));
        y = graph.node(
                new BatchNormalization(1e-3f),
                y,
                graph.floats(7),
                graph.floats(7),
                graph.floats(7),
                graph.positives(7));
        y = graph.node(MUL, y, graph.floats(7));

        assertLeaves(GemmFusion::apply, graph.to(y), new FusedGemm(transposed, new Activation.None()));
    }

    @Test
    void keepsProductsOfOtherShapes() {
        assertKept(MAT_MUL, graph.input(3, 5), weights);
        assertKept(MAT_MUL, x, graph.floats(2, 5, 7));
        assertKept(MAT_MUL, x, graph.floats(5));
        assertKept(new Gemm(1, 1, true, false), graph.floats(5, 3), weights);
    }

    @Test
    void keepsProductsOfATransposedInput() {
        TestGraph transposed = new TestGraph();
        String y = transposed.node(new Gemm(1, 1, true, false), transposed.input(4), transposed.floats(3, 7));

        assertKeeps(GemmFusion::apply, transposed.to(y));
    }

    @Test
    void keepsOperandsThatOnlyTheRunKnows() {
        assertKept(MAT_MUL, graph.floats(4, 5), graph.input(7));
        assertKept(PRODUCT, x, weights, graph.input(7));
    }

    @Test
    void keepsAddendsThatAreNoRow() {
        assertKept(PRODUCT, x, weights, graph.floats(3, 7));
        assertKept(PRODUCT, x, weights, graph.floats(3, 1));
    }

    @Test
    void keepsTypesThatAreRoundedAfterEveryNode() {
        String half = graph.input(ElementType.FLOAT16, 5);

        assertKept(MAT_MUL, half, weights);
    }

    @Test
    void keepsWhatIsAddedToAProductThatOthersRead() {
        String product = graph.node(MAT_MUL, x, weights);
        String sum = graph.node(ADD, product, graph.floats(7));
        String absolute = graph.node(Unary.of(UnaryFunction.ABS), product);

        assertLeaves(GemmFusion::apply, graph.to(sum, absolute), FUSED, ADD, Unary.of(UnaryFunction.ABS));
    }

    @Test
    void keepsSumsThatAreNoRowOrWidenTheResult() {
        String tensor = graph.node(ADD, graph.node(MAT_MUL, x, weights), graph.floats(1, 1, 7));
        String column = graph.node(ADD, graph.node(MAT_MUL, x, weights), graph.floats(3, 1));

        assertLeaves(GemmFusion::apply, graph.to(tensor, column), FUSED, ADD, FUSED, ADD);
    }

    @Test
    void keepsProductsThatAreOutputs() {
        String product = graph.node(MAT_MUL, x, weights);

        assertLeaves(GemmFusion::apply, graph.to(product, graph.node(ACTIVATE, product)), FUSED, ACTIVATE);
    }

    @Test
    void activatesOnce() {
        String y = graph.node(ACTIVATE, graph.node(ACTIVATE, graph.node(MAT_MUL, x, weights)));
        String z = graph.node(MUL, graph.node(ACTIVATE, graph.node(MAT_MUL, x, weights)), graph.scalar(2));

        assertLeaves(GemmFusion::apply, graph.to(y, z), ACTIVATED, ACTIVATE, ACTIVATED, MUL);
    }

    private void assertKept(Operator operator, String... operands) {
        assertKeeps(GemmFusion::apply, graph.to(graph.node(operator, operands)));
    }
}

package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.FusedGemm;
import dev.lanewise.engine.graph.Gemm;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.MatMul;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes fully connected layers of matrix products with constant weights, and of the constant row that is added to one, the
 * batch normalisation or factors for its columns, and the activation behind it.
 */
final class GemmFusion {

    private static final Activation NONE = new Activation.None();
    private static final String TYPE = "FusedGemm";

    private GemmFusion() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof Gemm || node.operator() instanceof MatMul) {
                fuse(editor, node);
            } else if (node.operator() instanceof Activate activate) {
                activate(editor, node, activate.activation());
            } else {
                ChannelScaling scaling = ChannelScaling.of(editor, node);
                if (scaling != null) {
                    scale(editor, node, scaling);
                }
            }
        });
    }

    private static void fuse(GraphEditor editor, Node node) {
        List<Dimension> x = editor.dimensions(node.inputs().get(0));
        FloatTensor weights = editor.floats(node.inputs().get(1));
        boolean fits = x != null
                && x.size() == 2
                && weights != null
                && weights.shape().rank() == 2
                && weights.shape().size() > 0
                && !editor.isConstant(node.inputs().get(0))
                && editor.isFloat32(node.inputs().get(0));
        if (!fits || weights == null) {
            return;
        }
        if (node.operator() instanceof Gemm gemm) {
            fuse(editor, node, gemm, weights);
        } else {
            List<String> inputs = List.of(node.inputs().get(0), node.inputs().get(1));
            editor.replace(node, new Node(node.name(), TYPE, new FusedGemm(false, NONE), inputs, node.outputs()));
        }
    }

    private static void fuse(GraphEditor editor, Node node, Gemm gemm, FloatTensor weights) {
        String addend = node.inputs().size() > 2 ? node.inputs().get(2) : "";
        int columns = weights.shape().dim(gemm.transB() ? 0 : 1);
        float[] row = addend.isEmpty() ? new float[columns] : row(editor.floats(addend), columns);
        if (gemm.transA() || row == null) {
            return;
        }
        String output = node.outputs().get(0);
        String matrix = gemm.alpha() == 1
                ? node.inputs().get(1)
                : editor.addConstant(
                        output, "weights", FloatTensor.of(weights.shape(), times(weights.data(), gemm.alpha())));
        String bias = addend.isEmpty()
                ? ""
                : editor.addConstant(
                        output,
                        "bias",
                        FloatTensor.of(Shape.of(columns), gemm.beta() == 1 ? row : times(row, gemm.beta())));
        FusedGemm fused = new FusedGemm(gemm.transB(), NONE);
        List<String> inputs = List.of(node.inputs().get(0), matrix, bias);
        editor.replace(node, new Node(node.name(), TYPE, fused, inputs, node.outputs()));
    }

    /** A constant as one row for all images; null if it is none. */
    private static float @Nullable [] row(@Nullable FloatTensor constant, int columns) {
        if (constant == null) {
            return null;
        }
        Shape shape = constant.shape();
        if (shape.size() == 1) {
            float[] same = new float[columns];
            Arrays.fill(same, constant.data()[0]);
            return same;
        }
        boolean row = shape.size() == columns && shape.dim(shape.rank() - 1) == columns;
        return row ? constant.data() : null;
    }

    private static void scale(GraphEditor editor, Node last, ChannelScaling scaling) {
        Node product = unactivated(editor, scaling.input());
        if (product == null
                || !(product.operator() instanceof FusedGemm gemm)
                || !editor.haveSameShape(scaling.input(), last.outputs().get(0))) {
            return;
        }
        FloatTensor weights = editor.floats(product.inputs().get(1));
        String biasName = product.inputs().size() > 2 ? product.inputs().get(2) : "";
        FloatTensor bias = biasName.isEmpty() ? null : editor.floats(biasName);
        if (weights == null) {
            return;
        }
        String output = last.outputs().get(0);
        float[] shifted = scaling.shifted(bias);
        float[] scaled = scaling.isShift() ? weights.data() : scaled(weights, gemm.transposed(), scaling.scale());
        if (!ChannelScaling.areFinite(scaled) || !ChannelScaling.areFinite(shifted)) {
            return;
        }
        String newWeights = scaling.isShift()
                ? product.inputs().get(1)
                : editor.addConstant(output, "weights", FloatTensor.of(weights.shape(), scaled));
        String newBias = editor.addConstant(output, "bias", FloatTensor.of(Shape.of(shifted.length), shifted));
        List<String> inputs = List.of(product.inputs().get(0), newWeights, newBias);
        editor.replace(last, new Node(product.name(), TYPE, gemm, inputs, last.outputs()), product);
    }

    private static float[] scaled(FloatTensor weights, boolean transposed, double[] scale) {
        float[] scaled = new float[weights.data().length];
        int rowSize = weights.shape().dim(1);
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (weights.data()[i] * scale[transposed ? i / rowSize : i % rowSize]);
        }
        return scaled;
    }

    private static float[] times(float[] values, float factor) {
        float[] products = new float[values.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = values[i] * factor;
        }
        return products;
    }

    private static void activate(GraphEditor editor, Node node, Activation activation) {
        Node product = unactivated(editor, node.inputs().get(0));
        if (product != null && product.operator() instanceof FusedGemm gemm) {
            FusedGemm activated = new FusedGemm(gemm.transposed(), activation);
            editor.replace(node, new Node(product.name(), TYPE, activated, product.inputs(), node.outputs()), product);
        }
    }

    /** The fully connected layer that makes a value for one reader and has no activation yet. */
    private static @Nullable Node unactivated(GraphEditor editor, String value) {
        Node node = editor.onlyFor(value, FusedGemm.class);
        return node != null
                        && node.operator() instanceof FusedGemm gemm
                        && gemm.activation().equals(NONE)
                ? node
                : null;
    }
}

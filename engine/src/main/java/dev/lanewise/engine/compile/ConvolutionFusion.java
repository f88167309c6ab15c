package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives convolutions with constant weights what follows them as an epilogue: a residual that is added, then an activation.
 */
final class ConvolutionFusion {

    private static final Activation NONE = new Activation.None();
    private static final String TYPE = "FusedConv";

    private ConvolutionFusion() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof Convolution convolution) {
                fuse(editor, node, convolution);
            } else if (node.operator() instanceof Binary binary && binary.equals(Binary.of(BinaryFunction.ADD))) {
                add(editor, node);
            } else if (node.operator() instanceof Activate activate) {
                activate(editor, node, activate.activation());
            }
        });
    }

    private static void fuse(GraphEditor editor, Node node, Convolution convolution) {
        FloatTensor weights = editor.floats(node.inputs().get(1));
        String bias = node.inputs().size() > 2 ? node.inputs().get(2) : "";
        boolean images = weights != null && weights.shape().size() > 0;
        if (images
                && (bias.isEmpty() || editor.floats(bias) != null)
                && editor.isFloat32(node.inputs().get(0))) {
            FusedConvolution fused = new FusedConvolution(convolution, false, NONE);
            editor.replace(node, new Node(node.name(), TYPE, fused, node.inputs(), node.outputs()));
        }
    }

    private static void add(GraphEditor editor, Node sum) {
        String a = sum.inputs().get(0);
        String b = sum.inputs().get(1);
        // The later one, so that the other operand is there when it runs.
        String first = editor.isLater(a, b) ? a : b;
        String second = editor.isLater(a, b) ? b : a;
        if (!addTo(editor, sum, first, second)) {
            addTo(editor, sum, second, first);
        }
    }

    private static boolean addTo(GraphEditor editor, Node sum, String value, String residual) {
        Node node = unactivated(editor, value);
        if (node == null
                || !(node.operator() instanceof FusedConvolution fused)
                || fused.residual()
                || editor.isConstant(residual)
                || !editor.isFloat32(residual)
                || !editor.haveSameShape(value, residual)) {
            return false;
        }
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() < FusedConvolution.RESIDUAL) {
            inputs.add("");
        }
        inputs.add(residual);
        FusedConvolution added = new FusedConvolution(fused.convolution(), true, NONE);
        editor.replace(sum, new Node(node.name(), TYPE, added, inputs, sum.outputs()), node);
        return true;
    }

    private static void activate(GraphEditor editor, Node node, Activation activation) {
        Node convolution = unactivated(editor, node.inputs().get(0));
        if (convolution != null && convolution.operator() instanceof FusedConvolution fused) {
            FusedConvolution activated = new FusedConvolution(fused.convolution(), fused.residual(), activation);
            editor.replace(
                    node,
                    new Node(convolution.name(), TYPE, activated, convolution.inputs(), node.outputs()),
                    convolution);
        }
    }

    /** The convolution that makes a value for one reader and has no activation yet. */
    private static @Nullable Node unactivated(GraphEditor editor, String value) {
        Node node = editor.onlyFor(value, FusedConvolution.class);
        return node != null
                        && node.operator() instanceof FusedConvolution fused
                        && fused.activation().equals(NONE)
                ? node
                : null;
    }
}

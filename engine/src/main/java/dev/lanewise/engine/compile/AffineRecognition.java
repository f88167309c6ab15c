package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one node of what scales and shifts channels by constants and is not part of a convolution: batch normalisations,
 * chains of products and sums with constants, and the activation behind them.
 */
final class AffineRecognition {

    private static final ChannelAffine PLAIN = new ChannelAffine(new Activation.None());

    private AffineRecognition() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof Activate activate) {
                activate(editor, node, activate.activation());
                return;
            }
            ChannelScaling scaling = ChannelScaling.of(editor, node);
            if (scaling != null && (node.operator() instanceof BatchNormalization || isOfImages(editor, node))) {
                scale(editor, node, scaling);
            }
        });
    }

    private static void scale(GraphEditor editor, Node node, ChannelScaling scaling) {
        Node before = plain(editor, scaling.input());
        String input = before == null ? scaling.input() : before.inputs().get(0);
        double[] scale = scaling.scale();
        double[] shift = scaling.shift();
        if (before != null) {
            FloatTensor factors = editor.floats(before.inputs().get(1));
            FloatTensor addends = editor.floats(before.inputs().get(2));
            if (factors == null || addends == null) {
                return;
            }
            shift = scaling.shiftedInDouble(addends);
            scale = scale.clone();
            for (int c = 0; c < scale.length; c++) {
                scale[c] *= factors.data()[c];
            }
        }
        float[] factors = ChannelScaling.rounded(scale);
        float[] addends = ChannelScaling.rounded(shift);
        if (!ChannelScaling.areFinite(factors) || !ChannelScaling.areFinite(addends)) {
            return;
        }
        String output = node.outputs().get(0);
        Shape channels = Shape.of(scale.length);
        List<String> inputs = List.of(
                input,
                editor.addConstant(output, "scale", FloatTensor.of(channels, factors)),
                editor.addConstant(output, "shift", FloatTensor.of(channels, addends)));
        Node affine = new Node(node.name(), "ChannelAffine", PLAIN, inputs, node.outputs());
        if (before == null) {
            editor.replace(node, affine);
        } else {
            editor.replace(node, affine, before);
        }
    }

    private static void activate(GraphEditor editor, Node node, Activation activation) {
        Node before = plain(editor, node.inputs().get(0));
        if (before != null) {
            ChannelAffine activated = new ChannelAffine(activation);
            editor.replace(
                    node, new Node(before.name(), before.type(), activated, before.inputs(), node.outputs()), before);
        }
    }

    private static @Nullable Node plain(GraphEditor editor, String value) {
        Node node = editor.onlyFor(value, ChannelAffine.class);
        return node != null && node.operator().equals(PLAIN) ? node : null;
    }

    private static boolean isOfImages(GraphEditor editor, Node node) {
        List<Dimension> dimensions = editor.dimensions(node.outputs().get(0));
        return dimensions != null && (dimensions.size() == 3 || dimensions.size() == 4);
    }
}

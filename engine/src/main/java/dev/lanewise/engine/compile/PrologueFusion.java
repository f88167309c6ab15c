package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.workload.Prologue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives pointwise convolutions what scales, shifts and activates the channels of their images as a prologue, as the
 * normalisations of DenseNet before its bottlenecks. It gains nothing before wider windows, whose sums take so much longer
 * than the copy, or whose bands overlap.
 */
final class PrologueFusion {

    private PrologueFusion() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            if (node.operator() instanceof FusedConvolution fused
                    && fused.prologue().equals(Prologue.NONE)) {
                Node before = editor.onlyFor(node.inputs().get(0), ChannelAffine.class);
                if (before != null && before.operator() instanceof ChannelAffine affine && isPointwise(editor, node)) {
                    fuse(editor, node, fused, before, affine);
                }
            }
        });
    }

    private static boolean isPointwise(GraphEditor editor, Node node) {
        FloatTensor weights = editor.floats(node.inputs().get(1));
        return weights != null && weights.shape().sizeOf(2, weights.shape().rank()) == 1;
    }

    private static void fuse(GraphEditor editor, Node node, FusedConvolution fused, Node before, ChannelAffine affine) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, before.inputs().get(0));
        while (inputs.size() < FusedConvolution.SCALE) {
            inputs.add("");
        }
        inputs.add(before.inputs().get(1));
        inputs.add(before.inputs().get(2));
        FusedConvolution prepared = fused.with(new Prologue(true, affine.activation()));
        editor.replace(node, new Node(node.name(), node.type(), prepared, inputs, node.outputs()), before);
    }
}

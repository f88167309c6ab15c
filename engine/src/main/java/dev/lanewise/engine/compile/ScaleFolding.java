package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TransposedConvolution;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.graph.WindowOperator;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Folds what follows a convolution and only scales and shifts its channels (batch normalisation, a constant for each
 * channel) into its weights and bias, each computed in double and rounded once.
 */
final class ScaleFolding {

    private ScaleFolding() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> {
            ChannelScaling scaling = ChannelScaling.of(editor, node);
            Node convolution = scaling == null ? null : editor.onlyFor(scaling.input(), WindowOperator.class);
            if (scaling != null && convolution != null) {
                fold(editor, convolution, scaling, node);
            }
        });
    }

    private static void fold(GraphEditor editor, Node convolution, ChannelScaling scaling, Node last) {
        boolean transposed = convolution.operator() instanceof TransposedConvolution;
        if (!transposed && !(convolution.operator() instanceof Convolution)) {
            return;
        }
        FloatTensor weights = editor.floats(convolution.inputs().get(1));
        String biasName = convolution.inputs().size() > 2 ? convolution.inputs().get(2) : "";
        FloatTensor bias = biasName.isEmpty() ? null : editor.floats(biasName);
        if (weights == null || (bias == null && !biasName.isEmpty())) {
            return;
        }
        int channels = scaling.scale().length;
        float[] scaled = scaling.isShift()
                ? weights.data()
                : convolution.operator() instanceof TransposedConvolution operator
                        ? scaledTransposed(weights, scaling.scale(), operator.groups())
                        : scaled(weights, scaling.scale());
        float[] shifted = scaling.shifted(bias);
        if (!ChannelScaling.areFinite(scaled) || !ChannelScaling.areFinite(shifted)) {
            return;
        }
        String output = last.outputs().get(0);
        String newWeights = scaling.isShift()
                ? convolution.inputs().get(1)
                : editor.addConstant(output, "weights", FloatTensor.of(weights.shape(), scaled));
        String newBias = editor.addConstant(output, "bias", FloatTensor.of(Shape.of(channels), shifted));
        Node folded = new Node(
                convolution.name(),
                convolution.type(),
                convolution.operator(),
                List.of(convolution.inputs().get(0), newWeights, newBias),
                last.outputs());
        editor.replace(last, folded, convolution);
    }

    /** Weights {@code [output channels, ...]}. */
    private static float[] scaled(FloatTensor weights, double[] scale) {
        float[] scaled = new float[weights.data().length];
        int perChannel = scaled.length / scale.length;
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (weights.data()[i] * scale[i / perChannel]);
        }
        return scaled;
    }

    /** Weights {@code [input channels, output channels of a group, ...]}. */
    private static float[] scaledTransposed(FloatTensor weights, double[] scale, int groups) {
        float[] scaled = new float[weights.data().length];
        int inputs = weights.shape().dim(0) / groups;
        int outputs = weights.shape().dim(1);
        int taps = weights.shape().sizeOf(2, weights.shape().rank());
        for (int i = 0; i < scaled.length; i++) {
            int input = i / taps / outputs;
            int channel = input / inputs * outputs + i / taps % outputs;
            scaled[i] = (float) (weights.data()[i] * scale[channel]);
        }
        return scaled;
    }
}

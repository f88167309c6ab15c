package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node does to the channels of a tensor, if all it does is {@code x * scale[c] + shift[c]} with constants: a batch
 * normalisation with given statistics, or one of the four operations with a constant for each channel or for all.
 *
 * @param input the tensor, {@code [N, C, ...]}
 * @param scale one for each channel; all are finite as floats, and so are the shifts
 */
record ChannelScaling(String input, double[] scale, double[] shift) {

    /** What a node does to channels of FLOAT32; null if that is more, or not known. */
    static @Nullable ChannelScaling of(GraphEditor editor, Node node) {
        ChannelScaling scaling = null;
        if (editor.isFloat32(node.outputs().get(0))) {
            if (node.operator() instanceof BatchNormalization normalization) {
                scaling = normalization(editor, node, normalization.epsilon());
            } else if (node.operator() instanceof Binary binary) {
                scaling = operation(editor, node, binary, 0);
                scaling = scaling == null ? operation(editor, node, binary, 1) : scaling;
            }
        }
        return scaling != null && areFinite(rounded(scaling.scale)) && areFinite(rounded(scaling.shift))
                ? scaling
                : null;
    }

    private static @Nullable ChannelScaling normalization(GraphEditor editor, Node node, float epsilon) {
        int channels = channels(editor, node.inputs().get(0));
        float[][] parameters = new float[4][];
        for (int i = 0; i < parameters.length; i++) {
            FloatTensor tensor = editor.floats(node.inputs().get(1 + i));
            if (tensor == null || tensor.data().length != channels) {
                return null;
            }
            parameters[i] = tensor.data();
        }
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            // As the reference rounds its factor.
            scale[c] = (float) (parameters[0][c] / Math.sqrt((double) parameters[3][c] + epsilon));
            shift[c] = parameters[1][c] - parameters[2][c] * scale[c];
        }
        return new ChannelScaling(node.inputs().get(0), scale, shift);
    }

    /** @param at which of the two operands would be the constant one */
    private static @Nullable ChannelScaling operation(GraphEditor editor, Node node, Binary binary, int at) {
        String input = node.inputs().get(1 - at);
        FloatTensor constant = editor.floats(node.inputs().get(at));
        List<Dimension> dimensions = editor.dimensions(input);
        int channels = channels(editor, input);
        if (constant == null || dimensions == null || channels < 1) {
            return null;
        }
        float[] byChannel = byChannel(constant, binary, at, dimensions.size(), channels);
        if (byChannel == null || (binary.function() == BinaryFunction.DIV && at == 0)) {
            return null;
        }
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        Arrays.fill(scale, 1);
        for (int c = 0; c < channels; c++) {
            switch (binary.function()) {
                case ADD -> shift[c] = byChannel[c];
                case SUB -> {
                    scale[c] = at == 0 ? -1 : 1;
                    shift[c] = at == 0 ? byChannel[c] : -byChannel[c];
                }
                case MUL -> scale[c] = byChannel[c];
                case DIV -> scale[c] = 1.0 / byChannel[c];
                default -> {
                    return null;
                }
            }
        }
        return new ChannelScaling(input, scale, shift);
    }

    /** A constant operand's elements for the channels, if it has one for each or for all and widens no other axis. */
    private static float @Nullable [] byChannel(FloatTensor constant, Binary binary, int at, int rank, int channels) {
        Shape shape = constant.shape();
        int first = rank - shape.rank();
        if (binary.axis().isPresent()) {
            if (at == 0) {
                return null;
            }
            first = Shape.axis(binary.axis().getAsInt(), rank);
        }
        if (first < 0 || first + shape.rank() > rank) {
            return null;
        }
        if (shape.size() == 1) {
            float[] same = new float[channels];
            Arrays.fill(same, constant.data()[0]);
            return same;
        }
        boolean alongChannels = first <= 1 && first + shape.rank() > 1 && shape.dim(1 - first) == channels;
        return alongChannels && shape.size() == channels ? constant.data() : null;
    }

    /** Whether nothing is multiplied. */
    boolean isShift() {
        return Arrays.stream(scale).allMatch(factor -> factor == 1);
    }

    /** What becomes of an addend for each channel: the bias of what makes the input. */
    double[] shiftedInDouble(@Nullable FloatTensor bias) {
        double[] shifted = shift.clone();
        for (int c = 0; bias != null && c < shifted.length; c++) {
            shifted[c] += bias.data()[c] * scale[c];
        }
        return shifted;
    }

    /** As {@link #shiftedInDouble}, rounded once. */
    float[] shifted(@Nullable FloatTensor bias) {
        return rounded(shiftedInDouble(bias));
    }

    static float[] rounded(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    static boolean areFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** The channels of a tensor; -1 if they are not known. */
    private static int channels(GraphEditor editor, String value) {
        List<Dimension> dimensions = editor.dimensions(value);
        return dimensions != null && dimensions.size() > 1 && dimensions.get(1).isKnown()
                ? Math.toIntExact(dimensions.get(1).size())
                : -1;
    }
}

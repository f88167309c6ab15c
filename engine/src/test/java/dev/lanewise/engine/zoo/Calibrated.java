package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lanewise.engine.zoo.OnnxWriter.Elements;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a network as users' files hold it, with the weights that {@link Measuring} has found.
 *
 * @param statistics what the measuring network returned, by output name
 */
record Calibrated(RawWeights raw, Map<String, float[]> statistics) implements Learning {

    @Override
    public String product(
            OnnxWriter writer,
            String type,
            String layer,
            String input,
            int[] weights,
            boolean bias,
            AttributeProto... attributes) {
        float deviation = statistic(layer + Measuring.DEVIATION)[0];
        Elements rawWeight = raw.product(layer);
        String weight = writer.floats(layer + ".weight", weights, index -> rawWeight.at(index) / deviation);
        if (!bias) {
            return writer.node(type, layer, List.of(input, weight), attributes);
        }
        float[] mean = statistic(layer + Measuring.MEAN);
        Elements rawBias = raw.bias(layer);
        String shift = writer.floats(
                layer + ".bias", new int[] {weights[0]}, index -> rawBias.at(index) - mean[index] / deviation);
        return writer.node(type, layer, List.of(input, weight, shift), attributes);
    }

    @Override
    public String batchNorm(OnnxWriter writer, String layer, String input, int channels, float epsilon, float gain) {
        int[] shape = {channels};
        List<String> inputs = List.of(
                input,
                writer.floats(layer + ".scale", shape, raw.scale(layer, gain)),
                writer.floats(layer + ".shift", shape, raw.shift(layer, gain)),
                writer.vector(layer + Measuring.MEAN, statistic(layer + Measuring.MEAN)),
                writer.vector(layer + Measuring.VARIANCE, statistic(layer + Measuring.VARIANCE)));
        return writer.node("BatchNormalization", layer, inputs, OnnxWriter.real("epsilon", epsilon));
    }

    private float[] statistic(String name) {
        return Objects.requireNonNull(statistics.get(name), name);
    }
}

package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.Arrays;
import java.util.Map;

/** Writes a network for which nothing was measured: layers whose statistics are taken to be those of noise. */
record Uncalibrated(RawWeights raw) implements Learning {

    @Override
    public String product(
            OnnxWriter writer,
            String type,
            String layer,
            String input,
            int[] weights,
            boolean bias,
            AttributeProto... attributes) {
        return calibrated(layer, Measuring.DEVIATION, 1, weights[0])
                .product(writer, type, layer, input, weights, bias, attributes);
    }

    @Override
    public String batchNorm(OnnxWriter writer, String layer, String input, int channels, float epsilon, float gain) {
        return calibrated(layer, Measuring.VARIANCE, channels, channels)
                .batchNorm(writer, layer, input, channels, epsilon, gain);
    }

    private Calibrated calibrated(String layer, String spread, int spreads, int channels) {
        float[] ones = new float[spreads];
        Arrays.fill(ones, 1);
        return new Calibrated(raw, Map.of(layer + Measuring.MEAN, new float[channels], layer + spread, ones));
    }
}

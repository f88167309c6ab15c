package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.AttributeProto;

/** Makes no weights: for what only the structure is asked. */
record Unwritten() implements Learning {

    @Override
    public String product(
            OnnxWriter writer,
            String type,
            String layer,
            String input,
            int[] weights,
            boolean bias,
            AttributeProto... attributes) {
        return layer;
    }

    @Override
    public String batchNorm(OnnxWriter writer, String layer, String input, int channels, float epsilon, float gain) {
        return layer;
    }
}

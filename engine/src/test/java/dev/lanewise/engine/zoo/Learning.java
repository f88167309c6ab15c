package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.AttributeProto;

/** Where layers get their weights from: measured while they are written, or from what was measured. */
interface Learning {

    /**
     * Writes a convolution or matrix product.
     *
     * @param type {@code Conv} or {@code Gemm}
     * @param weights output channels first
     * @return the output's name, which is the layer's
     */
    String product(
            OnnxWriter writer,
            String type,
            String layer,
            String input,
            int[] weights,
            boolean bias,
            AttributeProto... attributes);

    /**
     * Writes a batch normalisation whose outputs have about the deviation {@code gain}.
     *
     * @return the output's name, which is the layer's
     */
    String batchNorm(OnnxWriter writer, String layer, String input, int channels, float epsilon, float gain);
}

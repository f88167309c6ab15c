package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/**
 * A network written as ONNX, with input {@value NetworkBuilder#INPUT} of shape {@code [N, channels, height, width]} and
 * output {@value NetworkBuilder#OUTPUT}.
 *
 * @param onnx the serialised {@code ModelProto}
 * @param calibrated the values whose standard deviation was calibrated: outputs of convolutions, matrix products and
 *     batch normalisations, and residual sums
 * @param parameters what is learnt: weights and biases, scales and shifts, but not running means and variances
 */
public record Network(String name, byte[] onnx, FeatureMap input, List<String> calibrated, long parameters) {

    /** The same network, with more of its values as outputs. */
    byte[] withOutputs(List<String> values) {
        ModelProto.Builder model = model();
        for (String value : values) {
            if (!value.equals(NetworkBuilder.OUTPUT)) {
                model.getGraphBuilder().addOutput(OnnxWriter.value(value));
            }
        }
        return model.build().toByteArray();
    }

    ModelProto.Builder model() {
        try {
            return ModelProto.parseFrom(onnx).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(name, e);
        }
    }
}

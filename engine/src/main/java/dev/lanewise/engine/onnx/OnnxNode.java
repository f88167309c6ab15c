package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node as an operator's reader sees it: typed attributes with their defaults, the opset, and inputs that it may append
 * where an older opset kept them in attributes.
 */
final class OnnxNode {

    private final NodeProto proto;
    private final int opset;
    private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    private final List<String> inputs;
    private final Map<String, Tensor> addedConstants = new LinkedHashMap<>();

    OnnxNode(NodeProto proto, int opset) {
        this.proto = proto;
        this.opset = opset;
        this.inputs = new ArrayList<>(proto.getInputList());
        for (AttributeProto attribute : proto.getAttributeList()) {
            attributes.put(attribute.getName(), attribute);
        }
    }

    String type() {
        return proto.getOpType();
    }

    int opset() {
        return opset;
    }

    /** The inputs, those that the reader added at their end or in their gaps included. */
    List<String> inputs() {
        return inputs;
    }

    Map<String, Tensor> addedConstants() {
        return addedConstants;
    }

    int outputCount() {
        return proto.getOutputCount();
    }

    boolean hasInput(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty();
    }

    /** Supplies an input that this opset keeps in an attribute, as a constant. */
    void setInput(int index, Tensor constant) {
        while (inputs.size() <= index) {
            inputs.add("");
        }
        // A node's first output that is not left out names it uniquely; the suffix keeps clear of names in the file.
        String output = proto.getOutputList().stream()
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
        String name = output + "//" + proto.getOpType() + ".input" + index;
        inputs.set(index, name);
        addedConstants.put(name, constant);
    }

    /** Supplies an input from an attribute of integers, if the attribute is there. */
    void setInputFromInts(int index, String attribute) {
        long[] values = ints(attribute);
        if (values != null) {
            setInput(index, LongTensor.of(Shape.of(values.length), values));
        }
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long intOr(String attribute, long fallback) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.INT);
        return proto == null ? fallback : proto.getI();
    }

    /** @throws IllegalArgumentException if the value does not fit into an int */
    int int32Or(String attribute, int fallback) {
        long value = intOr(attribute, fallback);
        if (value != (int) value) {
            throw new IllegalArgumentException("attribute '" + attribute + "' is " + value + ", beyond 32 bits");
        }
        return (int) value;
    }

    boolean flag(String attribute, boolean fallback) {
        return intOr(attribute, fallback ? 1 : 0) != 0;
    }

    float floatOr(String attribute, float fallback) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.FLOAT);
        return proto == null ? fallback : proto.getF();
    }

    String stringOr(String attribute, String fallback) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.STRING);
        return proto == null ? fallback : utf8(proto.getS());
    }

    long @Nullable [] ints(String attribute) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.INTS);
        return proto == null
                ? null
                : proto.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    float @Nullable [] floats(String attribute) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.FLOATS);
        if (proto == null) {
            return null;
        }
        float[] values = new float[proto.getFloatsCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = proto.getFloats(i);
        }
        return values;
    }

    /** An attribute that is a tensor; null if it is not there. */
    @Nullable
    Tensor tensor(String attribute) {
        AttributeProto proto = find(attribute, AttributeProto.AttributeType.TENSOR);
        return proto == null ? null : TensorProtos.read(proto.getT());
    }

    /** The raw attribute, for the rare types; null if it is not there. */
    @Nullable
    AttributeProto raw(String attribute) {
        return attributes.get(attribute);
    }

    private @Nullable AttributeProto find(String name, AttributeProto.AttributeType type) {
        AttributeProto attribute = attributes.get(name);
        // Files written before IR version 2 leave the type undefined.
        if (attribute != null
                && attribute.getType() != type
                && attribute.getType() != AttributeProto.AttributeType.UNDEFINED) {
            throw new IllegalArgumentException(
                    "attribute '" + name + "' has type " + attribute.getType() + ", not " + type);
        }
        return attribute;
    }

    private static String utf8(ByteString bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

package dev.lanewise.spark;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Random;

/**
 * A network of random weights that reads a photo {@code [N, 3, height, width]} and a mask {@code [N, 1, 7, 5]}, convolves
 * each, and makes five scores of the channels' means of both.
 */
final class PhotoAndMask {

    static final int MASK_HEIGHT = 7;
    static final int MASK_WIDTH = 5;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("photo-and-mask");
    private final Random random = new Random(5);

    private PhotoAndMask() {}

    /** The file; a size of 0 is left open. */
    static byte[] onnx(int photoHeight, int photoWidth) {
        PhotoAndMask network = new PhotoAndMask();
        network.input("photo", 3, photoHeight, photoWidth);
        network.input("mask", 1, MASK_HEIGHT, MASK_WIDTH);
        network.means("photo", 8, 3);
        network.means("mask", 4, 1);
        network.weights("matrix", 12, 5);
        network.node("Concat", "means", "photo means", "mask means").addAttribute(axis());
        network.node("MatMul", "scores", "means", "matrix");
        network.graph.addOutput(value("scores", "N", 5));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(network.graph)
                .build()
                .toByteArray();
    }

    private void input(String name, int channels, int height, int width) {
        Object[] shape = {
            "N",
            channels,
            height == 0 ? name + " height" : (Object) height,
            width == 0 ? name + " width" : (Object) width
        };
        graph.addInput(value(name, shape));
    }

    private void means(String input, int channels, int inputChannels) {
        weights(input + " weights", channels, inputChannels, 3, 3);
        node("Conv", input + " features", input, input + " weights");
        node("Relu", input + " activated", input + " features");
        node("GlobalAveragePool", input + " pooled", input + " activated");
        node("Flatten", input + " means", input + " pooled");
    }

    private NodeProto.Builder node(String type, String output, String... inputs) {
        NodeProto.Builder node =
                graph.addNodeBuilder().setOpType(type).setName(output).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node;
    }

    private static AttributeProto.Builder axis() {
        return AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1);
    }

    private void weights(String name, int... shape) {
        TensorProto.Builder tensor =
                graph.addInitializerBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        int count = 1;
        for (int size : shape) {
            tensor.addDims(size);
            count *= size;
        }
        for (int i = 0; i < count; i++) {
            tensor.addFloatData((float) random.nextGaussian());
        }
    }

    private static ValueInfoProto value(String name, Object... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (Object size : shape) {
            TensorShapeProto.Dimension.Builder dimension = dimensions.addDimBuilder();
            if (size instanceof Integer known) {
                dimension.setDimValue(known);
            } else {
                dimension.setDimParam(size.toString());
            }
        }
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(dimensions);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}

package dev.lanewise.cli;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The shipped example, and models of one node. */
public final class TestModels {

    /** The shipped network and images; tests run in their module's folder. */
    public static final Path EXAMPLE =
            Path.of("..", "examples", "fashion-mnist").toAbsolutePath().normalize();

    public static final Path FASHION = EXAMPLE.resolve("fmnist-grouped.onnx");

    private TestModels() {}

    /** A model that applies one operator to inputs of shape {@code [N, 2]}. */
    public static byte[] ofOneNode(String operator, List<String> inputs, String output) {
        NodeProto.Builder node =
                NodeProto.newBuilder().setOpType(operator).setName("only").addOutput(output);
        GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
        for (String input : inputs) {
            node.addInput(input);
            graph.addInput(matrix(input));
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
                .setGraph(graph.addNode(node).addOutput(matrix(output)))
                .build()
                .toByteArray();
    }

    /** A model of one convolution of 3x3 pixels, with 8 channels in and out, on images of 6 x 6. */
    public static byte[] ofOneConvolution() {
        NodeProto node = NodeProto.newBuilder()
                .setOpType("Conv")
                .addInput("images")
                .addInput("weights")
                .addOutput("y")
                .build();
        GraphProto graph = GraphProto.newBuilder()
                .setName("convolution")
                .addInput(tensor("images", 1, 8, 6, 6))
                .addInput(tensor("weights", 8, 8, 3, 3))
                .addNode(node)
                .addOutput(tensor("y", 1, 8, 4, 4))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto tensor(String name, int... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    public static Path write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ValueInfoProto matrix(String name) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(2))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}

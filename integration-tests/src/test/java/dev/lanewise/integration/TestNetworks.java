package dev.lanewise.integration;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.lanewise.engine.ModelSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;

/** Networks that are made for a test. */
final class TestNetworks {

    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

    private TestNetworks() {}

    /** The shipped network under another content hash. */
    static ModelSource copyOfShipped(int number) throws IOException {
        byte[] onnx = ModelProto.parseFrom(Files.readAllBytes(FashionMnist.MODEL)).toBuilder()
                .setDocString("copy " + number)
                .build()
                .toByteArray();
        return ModelSource.of("copy-" + number + ".onnx", onnx);
    }

    /** Many equal 3x3 convolutions of 64 channels, on grey images of that size: tens of milliseconds each. */
    static ModelSource slow(int convolutions, int size) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("slow")
                .addInput(value("image", size))
                .addInitializer(weights("first", 64, 1, 3, 3))
                .addInitializer(weights("weights", 64, 64, 3, 3))
                .addNode(convolution("image", "first", "x0"));
        for (int i = 0; i < convolutions; i++) {
            graph.addNode(convolution("x" + i, "weights", "x" + (i + 1)));
        }
        graph.addNode(node("GlobalAveragePool", "classes", "x" + convolutions));
        return model("slow.onnx", graph);
    }

    /** Two layers of a hundred megabytes of weights on grey images of 28x28: Spark broadcasts it in many blocks. */
    static ModelSource largeMatrices() {
        int width = 32_768;
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("large")
                .addInput(value("image", 28))
                .addInitializer(weights("first", 28 * 28, width))
                .addInitializer(weights("second", width, 10))
                .addNode(node("Flatten", "pixels", "image"))
                .addNode(node("MatMul", "features", "pixels", "first"))
                .addNode(node("Relu", "activated", "features"))
                .addNode(node("MatMul", "classes", "activated", "second"));
        return model("large.onnx", graph);
    }

    private static NodeProto node(String type, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    /** With an output {@code classes} of a type that is inferred. */
    private static ModelSource model(String name, GraphProto.Builder graph) {
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName("classes")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT))));
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
        return ModelSource.of(name, model.toByteArray());
    }

    private static NodeProto convolution(String input, String weights, String output) {
        return NodeProto.newBuilder()
                .setOpType("Conv")
                .addInput(input)
                .addInput(weights)
                .addOutput(output)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("pads")
                        .setType(AttributeProto.AttributeType.INTS)
                        .addInts(1)
                        .addInts(1)
                        .addInts(1)
                        .addInts(1))
                .build();
    }

    private static TensorProto weights(String name, int... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
        int count = 1;
        for (int size : shape) {
            tensor.addDims(size);
            count *= size;
        }
        Random random = new Random(7);
        ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putFloat((float) random.nextGaussian() / 24);
        }
        return tensor.setRawData(ByteString.copyFrom(data.array())).build();
    }

    private static ValueInfoProto value(String name, int size) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
                .build();
    }
}

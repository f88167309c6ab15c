package dev.lanewise.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.List;

/** The pieces of small, also broken, models. */
final class Onnx {

    private Onnx() {}

    static ModelProto.Builder model(long opset, GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph);
    }

    static ModelProto.Builder model(GraphProto.Builder graph) {
        return model(17, graph);
    }

    /** A graph from {@code x} to {@code y}, both FLOAT32[N,4], made of these nodes. */
    static GraphProto.Builder graph(NodeProto.Builder... nodes) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("test")
                .addInput(value("x", TensorProto.DataType.FLOAT, "N", 4))
                .addOutput(value("y", TensorProto.DataType.FLOAT, "N", 4));
        for (NodeProto.Builder node : nodes) {
            graph.addNode(node);
        }
        return graph;
    }

    static NodeProto.Builder node(String type, List<String> inputs, String... outputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName("the " + type)
                .addAllInput(inputs)
                .addAllOutput(List.of(outputs));
    }

    static AttributeProto.Builder attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value);
    }

    static AttributeProto.Builder attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values);
    }

    static AttributeProto.Builder attribute(String name, TensorProto.Builder value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(value);
    }

    /** Each dimension is a number, a name, or {@code null} for one that is not said. */
    static ValueInfoProto.Builder value(String name, TensorProto.DataType type, Object... dimensions) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        tensor.getShapeBuilder();
        for (Object dimension : dimensions) {
            if (dimension instanceof Number number) {
                tensor.getShapeBuilder().addDimBuilder().setDimValue(number.longValue());
            } else {
                tensor.getShapeBuilder().addDimBuilder().setDimParam(String.valueOf(dimension));
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor));
    }

    static TensorProto.Builder floats(String name, List<Long> dimensions, float... values) {
        TensorProto.Builder tensor = tensor(name, TensorProto.DataType.FLOAT, dimensions);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor;
    }

    static TensorProto.Builder longs(String name, long... values) {
        TensorProto.Builder tensor = tensor(name, TensorProto.DataType.INT64, List.of((long) values.length));
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor;
    }

    static TensorProto.Builder tensor(String name, TensorProto.DataType type, List<Long> dimensions) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(dimensions);
    }

    static TensorProto.Builder raw(String name, TensorProto.DataType type, List<Long> dimensions, byte... bytes) {
        return tensor(name, type, dimensions).setRawData(ByteString.copyFrom(bytes));
    }

    static Model load(ModelProto.Builder model) {
        return Model.load(ModelSource.of("test.onnx", model.build().toByteArray()));
    }
}

package dev.lanewise.engine.zoo;

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
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes an ONNX file of {@link #OPSET}: nodes, float weights as raw data, and values of type float32. */
public final class OnnxWriter {

    /** The newest opset in which ReduceMean still keeps its axes in an attribute, as most files in use do. */
    public static final int OPSET = 17;

    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph;

    public OnnxWriter(String name) {
        graph = GraphProto.newBuilder().setName(name);
    }

    /** The weights of a layer, by row-major index. */
    @FunctionalInterface
    public interface Elements {
        float at(int index);
    }

    /** Declares an input; a dimension is a number, or a symbol's name. */
    public void input(String name, Object... dimensions) {
        graph.addInput(value(name, dimensions));
    }

    /** Declares an output; without dimensions its shape stays undeclared. */
    public void output(String name, Object... dimensions) {
        graph.addOutput(value(name, dimensions));
    }

    /** Adds a node and returns the name of its first output, which is also the node's own name. */
    public String node(String type, String output, List<String> inputs, AttributeProto... attributes) {
        return node(type, List.of(output), inputs, attributes).get(0);
    }

    /** Adds a node with several outputs and returns their names. */
    public List<String> node(String type, List<String> outputs, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .setName(outputs.get(0))
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(Arrays.asList(attributes)));
        return outputs;
    }

    /** Adds a float32 initializer and returns its name. */
    public String floats(String name, int[] dimensions, Elements elements) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        int size = 1;
        for (int dimension : dimensions) {
            tensor.addDims(dimension);
            size = Math.multiplyExact(size, dimension);
        }
        graph.addInitializer(tensor.setRawData(raw(size, elements)));
        return name;
    }

    /** Adds a float32 vector and returns its name. */
    public String vector(String name, float... elements) {
        return floats(name, new int[] {elements.length}, index -> elements[index]);
    }

    /** Adds a float32 scalar and returns its name. */
    public String scalar(String name, float element) {
        return floats(name, new int[0], index -> element);
    }

    /** Adds an int64 vector and returns its name. */
    public String longs(String name, long... elements) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(elements.length);
        for (long element : elements) {
            tensor.addInt64Data(element);
        }
        graph.addInitializer(tensor);
        return name;
    }

    public ModelProto model() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("lanewise-zoo")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build();
    }

    public static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    public static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static ValueInfoProto value(String name, Object... dimensions) {
        TypeProto.Tensor.Builder type =
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber());
        if (dimensions.length > 0) {
            TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
            for (Object dimension : dimensions) {
                TensorShapeProto.Dimension.Builder dim = shape.addDimBuilder();
                if (dimension instanceof Integer size) {
                    dim.setDimValue(size);
                } else {
                    dim.setDimParam(dimension.toString());
                }
            }
            type.setShape(shape);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    private static ByteString raw(int size, Elements elements) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(elements.at(i));
        }
        // Not copied: the weights of the largest layer alone fill 400 MB.
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}

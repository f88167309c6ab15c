package dev.lanewise.arrow.score;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small models, written for the one thing that a test is about. */
final class TestModels {

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final List<Object> inputShape;

    private TestModels(Object... inputShape) {
        this.inputShape = List.of(inputShape);
    }

    /** The mean of each of the three channels, as scores; takes images of any size. */
    static Model channelMeans(Object... inputShape) {
        TestModels model = new TestModels(inputShape);
        return model.node("GlobalAveragePool", "mean", "x")
                .node("Flatten", "y", "mean")
                .output("N", 3);
    }

    /** As {@link #channelMeans} of any size, through an operator at the end. */
    static Model channelMeansThrough(String operator) {
        TestModels model = new TestModels("N", 3, "H", "W");
        return model.node("GlobalAveragePool", "mean", "x")
                .node("Flatten", "flat", "mean")
                .node(operator, "y", "flat")
                .output("N", 3);
    }

    /** As {@link #channelMeans} of any size, with outputs {@code [N, 3, 1, 1]}. */
    static Model pooledChannelMeans() {
        return new TestModels("N", 3, "H", "W")
                .node("GlobalAveragePool", "y", "x")
                .output("N", 3, 1, 1);
    }

    /** As {@link #channelMeansThrough}, with an operator more that leaves the values as they are. */
    static Model channelMeansThrough(String operator, String last) {
        TestModels model = new TestModels("N", 3, "H", "W");
        return model.node("GlobalAveragePool", "mean", "x")
                .node("Flatten", "flat", "mean")
                .node(operator, "activated", "flat")
                .node(last, "y", "activated")
                .output("N", 3);
    }

    /** The square root of each channel's mean above 100: not a number for dark images. */
    static Model nanForDarkImages() {
        TestModels model = new TestModels("N", 3, "H", "W");
        return model.constant("limit", TensorProto.DataType.FLOAT, 100)
                .node("GlobalAveragePool", "mean", "x")
                .node("Flatten", "flat", "mean")
                .node("Sub", "above", "flat", "limit")
                .node("Sqrt", "y", "above")
                .output("N", 3);
    }

    /** Looks the mean up in a table of 100 rows: fails for bright images, and for a whole batch that has one. */
    static Model failsForBrightImages() {
        TestModels model = new TestModels("N", 1, "H", "W");
        float[] table = new float[200];
        for (int i = 0; i < table.length; i++) {
            table[i] = i;
        }
        TensorProto.Builder rows =
                TensorProto.newBuilder().setName("table").setDataType(TensorProto.DataType.FLOAT.getNumber());
        rows.addDims(100).addDims(2);
        for (float value : table) {
            rows.addFloatData(value);
        }
        model.graph.addInitializer(rows);
        model.node("GlobalAveragePool", "mean", "x").constant("shape", TensorProto.DataType.INT64, -1);
        model.node("Reshape", "flat", "mean", "shape");
        NodeProto.Builder cast =
                NodeProto.newBuilder().setOpType("Cast").addInput("flat").addOutput("index");
        cast.addAttribute(AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(TensorProto.DataType.INT64.getNumber()));
        model.graph.addNode(cast);
        return model.node("Gather", "y", "table", "index").output("N", 2);
    }

    /** The pixels themselves, squeezed by nothing: no classes. */
    static Model image() {
        return new TestModels("N", 3, 8, 8).node("Relu", "y", "x").output("N", 3, 8, 8);
    }

    static Model vectorInput() {
        return new TestModels("N", 8).node("Relu", "y", "x").output("N", 8);
    }

    static Model twoInputs() {
        return twoInputs("N", "N");
    }

    /** The channels' means of the sum of two images. */
    static Model twoInputs(Object batch, Object otherBatch) {
        TestModels model = new TestModels(batch, 3, 8, 8);
        model.graph.addInput(value("z", List.of(otherBatch, 3, 8, 8)));
        return model.node("Add", "sum", "x", "z")
                .node("GlobalAveragePool", "y", "sum")
                .output("N", 3, 1, 1);
    }

    /** The channels' means of an image {@code x} beside four features {@code v}, and five classes of both. */
    static Model imageAndFeatures(Object batch, Object featureBatch) {
        TestModels model = new TestModels(batch, 3, 8, 8);
        model.graph.addInput(value("v", List.of(featureBatch, 4)));
        return model.weights("matrix", 7, 5)
                .node("GlobalAveragePool", "pooled", "x")
                .node("Flatten", "flat", "pooled")
                .concatenation("both", "flat", "v")
                .node("MatMul", "y", "both", "matrix")
                .output("N", 5);
    }

    private TestModels weights(String name, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        int count = 1;
        for (long size : shape) {
            tensor.addDims(size);
            count *= (int) size;
        }
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            tensor.addFloatData((float) random.nextGaussian());
        }
        graph.addInitializer(tensor);
        return this;
    }

    private TestModels concatenation(String output, String... inputs) {
        node("Concat", output, inputs);
        graph.getNodeBuilder(graph.getNodeCount() - 1)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1));
        return this;
    }

    private TestModels node(String type, String output, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output));
        return this;
    }

    private TestModels constant(String name, TensorProto.DataType type, int value) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addDims(1);
        graph.addInitializer(
                type == TensorProto.DataType.FLOAT ? tensor.addFloatData(value) : tensor.addInt64Data(value));
        return this;
    }

    private Model output(Object... shape) {
        List<Object> dimensions = new ArrayList<>(List.of(shape));
        dimensions.set(0, inputShape.get(0));
        graph.addInput(0, value("x", inputShape)).addOutput(value("y", dimensions));
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
        return Model.load(ModelSource.of("test.onnx", model.toByteArray()));
    }

    private static ValueInfoProto value(String name, List<Object> shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (Object size : shape) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(
                    size instanceof Integer known
                            ? dimension.setDimValue(known)
                            : dimension.setDimParam(size.toString()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(dimensions)))
                .build();
    }
}

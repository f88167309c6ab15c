package dev.lanewise.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One node with its inputs, run by Lanewise and by ONNX Runtime.
 *
 * @param attributes values of type Long, Float, String, long[] or float[]
 * @param inputs null for one that is left out
 */
record SingleNode(String type, int opset, Map<String, Object> attributes, List<@Nullable Tensor> inputs, int outputs) {

    /** What ONNX Runtime makes of the node, or refuses to. */
    List<Tensor> runtime() throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<Tensor> results = new ArrayList<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            try (OrtSession session = environment.createSession(model().toByteArray(), options);
                    OrtSession.Result result = session.run(Map.of())) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    results.add(tensor((OnnxTensor) output.getValue()));
                }
            }
        }
        return results;
    }

    /** What Lanewise makes of it; what it infers of the outputs' shapes, also from symbolic ones, must agree. */
    List<Tensor> lanewise() {
        OnnxNode node = new OnnxNode(node(), opset);
        OperatorReader reader = OperatorTable.find(type);
        assertNotNull(reader, type);
        Operator operator = reader.read(node);
        List<@Nullable Tensor> arguments = new ArrayList<>();
        for (String input : node.inputs()) {
            arguments.add(
                    input.startsWith("in")
                            ? inputs.get(Integer.parseInt(input.substring(2)))
                            : node.addedConstants().get(input));
        }
        List<Tensor> outputs = operator.evaluate(arguments);
        requireFacts(operator, arguments, outputs, true);
        requireFacts(operator, arguments, outputs, false);
        return outputs;
    }

    private void requireFacts(
            Operator operator, List<@Nullable Tensor> arguments, List<Tensor> outputs, boolean symbolic) {
        List<@Nullable ValueFact> facts = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Tensor argument = arguments.get(i);
            if (argument == null) {
                facts.add(null);
            } else if (i > 0) {
                facts.add(ValueFact.constant(argument));
            } else {
                List<Dimension> dimensions = symbolic
                        ? IntStream.range(0, argument.shape().rank())
                                .mapToObj(axis -> Dimension.symbol("d" + axis))
                                .toList()
                        : TensorType.dimensions(argument.shape());
                facts.add(ValueFact.of(argument.elementType(), dimensions));
            }
        }
        List<ValueFact> inferred = operator.infer(facts);
        for (int i = 0; i < outputs.size(); i++) {
            requireFact(inferred.get(i), outputs.get(i), symbolic ? arguments.get(0) : null);
        }
    }

    /** @param bindings the tensor of which the symbols are dimensions; null if all must be known */
    private void requireFact(ValueFact fact, Tensor actual, @Nullable Tensor bindings) {
        assertEquals(actual.elementType(), fact.elementType(), toString());
        List<Dimension> dimensions = fact.dimensions();
        if (dimensions == null) {
            assertNotNull(bindings, "unknown rank of " + this);
            return;
        }
        assertEquals(actual.shape().rank(), dimensions.size(), fact + " of " + this);
        for (int axis = 0; axis < dimensions.size(); axis++) {
            Dimension dimension = dimensions.get(axis);
            boolean known = dimension.symbols().stream().noneMatch(symbol -> symbol.startsWith("?"));
            assertEquals(true, known || bindings != null, fact + " of " + this);
            if (known) {
                long size = dimension.coefficient();
                for (String symbol : dimension.symbols()) {
                    assertNotNull(bindings);
                    size *= bindings.shape().dim(Integer.parseInt(symbol.substring(1)));
                }
                assertEquals(actual.shape().dim(axis), size, "dimension " + axis + " of " + fact + ", " + this);
            }
        }
    }

    private ModelProto model() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("single").addNode(node());
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            if (input != null) {
                graph.addInitializer(TensorProtos.write("in" + i, input));
            }
        }
        for (int i = 0; i < outputs; i++) {
            graph.addOutput(ValueInfoProto.newBuilder().setName("out" + i));
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph)
                .build();
    }

    private NodeProto node() {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).setName("node");
        for (int i = 0; i < inputs.size(); i++) {
            node.addInput(inputs.get(i) == null ? "" : "in" + i);
        }
        for (int i = 0; i < outputs; i++) {
            node.addOutput("out" + i);
        }
        attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
        return node.build();
    }

    private static AttributeProto.Builder attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Long number) {
            return attribute.setType(AttributeProto.AttributeType.INT).setI(number);
        }
        if (value instanceof Float number) {
            return attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
        }
        if (value instanceof String text) {
            return attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
        }
        if (value instanceof long[] numbers) {
            attribute.setType(AttributeProto.AttributeType.INTS);
            for (long number : numbers) {
                attribute.addInts(number);
            }
            return attribute;
        }
        attribute.setType(AttributeProto.AttributeType.FLOATS);
        for (float number : (float[]) value) {
            attribute.addFloats(number);
        }
        return attribute;
    }

    private static Tensor tensor(OnnxTensor value) {
        Shape shape = Shape.of(value.getInfo().getShape());
        switch (value.getInfo().type) {
            case FLOAT -> {
                float[] floats = new float[shape.size()];
                FloatBuffer buffer = value.getFloatBuffer();
                buffer.get(floats);
                return FloatTensor.of(shape, floats);
            }
            case INT64 -> {
                long[] longs = new long[shape.size()];
                LongBuffer buffer = value.getLongBuffer();
                buffer.get(longs);
                return LongTensor.of(shape, longs);
            }
            case INT8, UINT8 -> {
                ElementType type =
                        value.getInfo().type == ai.onnxruntime.OnnxJavaType.INT8 ? ElementType.INT8 : ElementType.UINT8;
                ByteBuffer buffer = value.getByteBuffer();
                long[] longs = new long[shape.size()];
                for (int i = 0; i < longs.length; i++) {
                    longs[i] = type.wrap(buffer.get());
                }
                return new LongTensor(type, shape, longs);
            }
            default -> throw new IllegalArgumentException("elements of type " + value.getInfo().type);
        }
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(type).append(" (opset ").append(opset).append(") {");
        attributes.forEach((name, value) ->
                text.append(name).append(": ").append(text(value)).append("; "));
        text.append('}');
        for (Tensor input : inputs) {
            text.append(' ').append(input == null ? "-" : input.shape().size() > 8 ? input : elements(input));
        }
        return text.toString();
    }

    private static String text(Object value) {
        return value instanceof long[] numbers ? java.util.Arrays.toString(numbers) : value.toString();
    }

    private static String elements(Tensor tensor) {
        return IntStream.range(0, tensor.shape().size())
                .mapToObj(tensor::doubleAt)
                .toList()
                .toString();
    }
}

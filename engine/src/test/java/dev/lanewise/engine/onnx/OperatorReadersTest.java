package dev.lanewise.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.Clip;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.QuantizeLinear;
import dev.lanewise.engine.graph.Reduce;
import dev.lanewise.engine.graph.Softmax;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.Reduction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How elementwise, linear, normalisation, reduction and quantisation operators of older opsets become today's. */
class OperatorReadersTest {

    private static OnnxNode node(String type, int opset, int outputs, AttributeProto.Builder... attributes) {
        NodeProto.Builder proto = NodeProto.newBuilder().setOpType(type).addInput("x");
        for (int i = 0; i < outputs; i++) {
            proto.addOutput("y" + i);
        }
        for (AttributeProto.Builder attribute : attributes) {
            proto.addAttribute(attribute);
        }
        return new OnnxNode(proto.build(), opset);
    }

    private static OnnxNode node(String type, int opset, AttributeProto.Builder... attributes) {
        return node(type, opset, 1, attributes);
    }

    private static Operator read(OnnxNode node) {
        OperatorReader reader = OperatorTable.find(node.type());
        assertNotNull(reader);
        return reader.read(node);
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    private static AttributeProto.Builder integer(String name, long value) {
        return attribute(name, AttributeProto.AttributeType.INT).setI(value);
    }

    private static AttributeProto.Builder number(String name, float value) {
        return attribute(name, AttributeProto.AttributeType.FLOAT).setF(value);
    }

    private static AttributeProto.Builder text(String name, String value) {
        return attribute(name, AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value));
    }

    @ParameterizedTest
    @CsvSource({"7, 1, true", "11, 1, true", "12, 1, true", "13, -1, false", "21, -1, false"})
    void normalizesAllAxesToTheEndBeforeOpset13(int opset, int axis, boolean toEnd) {
        assertEquals(new Softmax(axis, toEnd, false), read(node("Softmax", opset)));
        assertEquals(new Softmax(axis, toEnd, true), read(node("LogSoftmax", opset)));
        assertEquals(new Softmax(2, toEnd, false), read(node("Softmax", opset, integer("axis", 2))));
    }

    @Test
    void turnsOldBoundsIntoInputs() {
        OnnxNode upper = node("Clip", 6, number("max", 6));
        assertEquals(new Clip(), read(upper));
        assertEquals(3, upper.inputs().size());
        assertTrue(upper.inputs().get(1).isEmpty());
        Tensor bound = upper.addedConstants().get(upper.inputs().get(2));
        assertNotNull(bound);
        assertEquals(6, bound.doubleAt(0));
        OnnxNode today = node("Clip", 13);
        read(today);
        assertEquals(List.of("x"), today.inputs());
    }

    @Test
    void turnsOldAxesIntoAnInput() {
        AttributeProto.Builder axes =
                attribute("axes", AttributeProto.AttributeType.INTS).addAllInts(List.of(2L, 3L));
        OnnxNode node = node("ReduceMean", 13, axes, integer("keepdims", 0));
        assertEquals(new Reduce(Reduction.MEAN, false, false), read(node));
        LongTensor constant =
                (LongTensor) node.addedConstants().get(node.inputs().get(1));
        assertNotNull(constant);
        assertArrayEquals(new long[] {2, 3}, constant.data());
        assertEquals(
                new Reduce(Reduction.SUM, true, true), read(node("ReduceSum", 13, integer("noop_with_empty_axes", 1))));
    }

    @Test
    void alignsOperandsAsAskedBeforeOpset7() {
        AttributeProto.Builder broadcast = integer("broadcast", 1);
        AttributeProto.Builder axis = integer("axis", 1);
        assertEquals(new Binary(BinaryFunction.ADD, OptionalInt.of(1)), read(node("Add", 6, broadcast, axis)));
        assertEquals(Binary.of(BinaryFunction.ADD), read(node("Add", 6, broadcast)));
        assertEquals(Binary.of(BinaryFunction.ADD), read(node("Add", 7, axis)));
        assertEquals(new Binary(BinaryFunction.PRELU, OptionalInt.of(1)), read(node("PRelu", 6)));
        assertEquals(Binary.of(BinaryFunction.PRELU), read(node("PRelu", 9)));
    }

    @Test
    void readsParametersOfActivations() {
        assertEquals(new Unary(UnaryFunction.LEAKY_RELU, 0.01f, 0), read(node("LeakyRelu", 6)));
        assertEquals(new Unary(UnaryFunction.LEAKY_RELU, 0.2f, 0), read(node("LeakyRelu", 16, number("alpha", 0.2f))));
        assertEquals(new Unary(UnaryFunction.HARD_SIGMOID, 0.2f, 0.5f), read(node("HardSigmoid", 6)));
        assertEquals(
                new Unary(UnaryFunction.SELU, 2, 3), read(node("Selu", 6, number("alpha", 2), number("gamma", 3))));
        assertEquals(Unary.of(UnaryFunction.GELU), read(node("Gelu", 20)));
        assertEquals(Unary.of(UnaryFunction.GELU_TANH), read(node("Gelu", 20, text("approximate", "tanh"))));
        assertThrows(IllegalArgumentException.class, () -> read(node("Gelu", 20, text("approximate", "quick"))));
    }

    @Test
    void readsElementTypes() {
        assertEquals(new Cast(ElementType.INT64), read(node("Cast", 13, integer("to", 7))));
        assertThrows(UnsupportedElementTypeException.class, () -> read(node("Cast", 13, integer("to", 8))));
        assertThrows(IllegalArgumentException.class, () -> read(node("Cast", 13)));
        assertEquals(
                new QuantizeLinear(ElementType.UINT16, 0, 32),
                read(node(
                        "QuantizeLinear",
                        21,
                        integer("output_dtype", 4),
                        integer("axis", 0),
                        integer("block_size", 32))));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 9, 14, 15})
    void refusesBatchNormalizationThatTrains(int opset) {
        OnnxNode training = opset < 14
                ? node("BatchNormalization", opset, 5)
                : node("BatchNormalization", opset, integer("training_mode", 1));
        UnsupportedOperatorException error = assertThrows(UnsupportedOperatorException.class, () -> read(training));
        assertEquals("training mode", error.getMessage());
        assertNotNull(read(node("BatchNormalization", opset)));
    }

    @Test
    void readsDropoutThatIsNotTrained() {
        assertEquals(new Dropout(), read(node("Dropout", 7)));
        assertEquals(new Dropout(), read(node("Dropout", 12, 2)));
        assertEquals(new Dropout(), read(node("Dropout", 6, integer("is_test", 1))));
        assertThrows(UnsupportedOperatorException.class, () -> read(node("Dropout", 6)));
        assertThrows(UnsupportedOperatorException.class, () -> read(node("Dropout", 7, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Softmax", "Concat", "Flatten", "Gather", "GatherElements", "Split"})
    void namesAnAttributeBeyondItsRange(String type) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> read(node(type, 13, integer("axis", 1L << 40))));
        assertEquals("attribute 'axis' is 1099511627776, beyond 32 bits", error.getMessage());
    }
}

package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.lanewise.engine.UnsupportedOperatorsException.UnsupportedNode;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed ONNX messages, right and wrong in what they say. */
class ModelLoadingTest {

    @Test
    void ordersNodesThatAreOutOfOrder() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(
                Onnx.node("Add", List.of("b", "x"), "y"),
                Onnx.node("Neg", List.of("a"), "b"),
                Onnx.node("Abs", List.of("x"), "a"))));

        assertArrayEquals(new float[] {0, -4, 0, -8}, run(model, 1, -2, 3, -4));
    }

    @Test
    void namesTheNodesOfACycle() {
        String message = refusal(Onnx.model(Onnx.graph(
                Onnx.node("Abs", List.of("x"), "a").setName("innocent"),
                Onnx.node("Add", List.of("a", "d"), "b").setName("first"),
                Onnx.node("Neg", List.of("b"), "c").setName("second"),
                Onnx.node("Relu", List.of("c"), "d").setName("third"),
                Onnx.node("Abs", List.of("d"), "y").setName("after"))));

        assertTrue(message.contains("cycle"), message);
        for (String name : List.of("'first'", "'second'", "'third'")) {
            assertTrue(message.contains(name), message);
        }
        assertTrue(!message.contains("innocent") && !message.contains("after"), message);
    }

    @Test
    void namesANodeThatReadsItsOwnOutput() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "y"), "y"))));

        assertTrue(message.contains("cycle: Add 'the Add' -> Add 'the Add'"), message);
    }

    @Test
    void namesEveryUnsupportedNode() {
        ModelProto.Builder model = Onnx.model(Onnx.graph(
                        Onnx.node("NonMaxSuppression", List.of("x"), "a").setName("nms"),
                        Onnx.node("Relu", List.of("a"), "b"),
                        Onnx.node("FusedConv", List.of("b"), "c").setDomain("com.microsoft"),
                        Onnx.node("Normalizer", List.of("c"), "y").setDomain("ai.onnx.ml")))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1));

        UnsupportedOperatorsException refused =
                assertThrows(UnsupportedOperatorsException.class, () -> Onnx.load(model));

        assertEquals(
                List.of("NonMaxSuppression", "com.microsoft.FusedConv", "ai.onnx.ml.Normalizer"),
                refused.nodes().stream().map(UnsupportedNode::operator).toList());
        assertEquals(17, refused.nodes().get(0).opset());
        assertEquals("nms", refused.nodes().get(0).name());
        for (String part : List.of(
                "3 nodes",
                "NonMaxSuppression (opset 17; Lanewise has no such operator): 'nms'",
                "com.microsoft.FusedConv")) {
            assertTrue(message(refused).contains(part), message(refused));
        }
        assertEquals(1, message(refused).lines().count());
    }

    @Test
    void readsTheDefaultDomainUnderBothItsNames() {
        ModelProto.Builder model =
                Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y").setDomain("ai.onnx")));

        assertArrayEquals(new float[] {1, 0, 3, 0}, run(Onnx.load(model), 1, -2, 3, -4));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 22, 1000, -1})
    void refusesOpsetsThatItDoesNotKnow(long opset) {
        String message = refusal(Onnx.model(opset, Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))));

        assertTrue(message.contains("opset " + opset + " is outside 1 to 21"), message);
        assertTrue(message.contains("opset_version=21"), message);
    }

    @Test
    void refusesOpsetsThatContradictEachOther() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y")))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(13)));

        assertTrue(message.contains("as versions 17 and 13"), message);
    }

    @Test
    void refusesAModelWithoutOpset() {
        String message = refusal(
                Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))).clearOpsetImport());

        assertTrue(message.contains("does not say of which opset"), message);
    }

    @Test
    void refusesAnIrVersionThatItDoesNotKnow() {
        String message = refusal(
                Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))).setIrVersion(99));

        assertTrue(message.contains("IR version 99"), message);
    }

    @Test
    void refusesAValueThatNothingMakes() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "ghost"), "y"))));

        assertTrue(message.contains("Add 'the Add' reads the value 'ghost', which no node"), message);
    }

    @Test
    void refusesAnOutputThatNothingMakes() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "z"))));

        assertTrue(message.contains("no node makes the graph output 'y'"), message);
    }

    @Test
    void keepsLineBreaksInNamesOutOfMessages() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "gh\nost"), "y"))));

        assertTrue(message.contains("'gh ost'"), message);
    }

    @Test
    void refusesAGraphWithoutOutput() {
        String message = refusal(
                Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y")).clearOutput()));

        assertTrue(message.contains("no output"), message);
    }

    @Test
    void refusesValuesThatAreMadeTwice() {
        String byNodes = refusal(
                Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"), Onnx.node("Abs", List.of("x"), "y"))));
        String byInput = refusal(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "x"))));
        String byInitializers = refusal(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))
                .addInitializer(Onnx.longs("w", 1))
                .addInitializer(Onnx.longs("w", 2))));
        String byInputs = refusal(Onnx.model(
                Onnx.graph(Onnx.node("Relu", List.of("x"), "y")).addInput(Onnx.value("x", DataType.FLOAT, 1))));

        assertTrue(byNodes.contains("'y' is made twice, by Relu 'the Relu' and by Abs 'the Abs'"), byNodes);
        assertTrue(byInput.contains("'x' is made twice, by a graph input"), byInput);
        assertTrue(byInitializers.contains("'w' is made twice"), byInitializers);
        assertTrue(byInputs.contains("two graph inputs are named 'x'"), byInputs);
    }

    @Test
    void takesNodesOfOneNameOrOfNone() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(
                Onnx.node("Neg", List.of("x"), "a").setName("same"),
                Onnx.node("Abs", List.of("a"), "b").setName("same"),
                Onnx.node("Neg", List.of("b"), "c").setName("same_2"),
                Onnx.node("Neg", List.of("c"), "d").clearName(),
                Onnx.node("Neg", List.of("d"), "y").clearName())));

        assertArrayEquals(new float[] {-1, -2, -3, -4}, run(model, 1, -2, 3, -4));
        assertEquals(
                5,
                model.describe().layers().stream()
                        .map(ModelDescription.Layer::name)
                        .distinct()
                        .count());
    }

    @Test
    void takesAnInitializerThatIsAlsoAnInputAsConstant() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y"))
                .addInput(Onnx.value("w", DataType.FLOAT, 4))
                .addInitializer(Onnx.floats("w", List.of(4L), 1, 2, 3, 4))));

        assertEquals(List.of("x"), model.inputs().stream().map(GraphValue::name).toList());
        assertArrayEquals(new float[] {1, 2, 3, 4}, run(model, 0, 0, 0, 0));
    }

    @Test
    void refusesDataThatDoesNotMatchItsShape() {
        String typed = refusal(withInitializer(Onnx.floats("w", List.of(4L), 1, 2, 3)));
        String raw = refusal(withInitializer(Onnx.raw("w", DataType.FLOAT, List.of(4L), new byte[15])));
        String none = refusal(withInitializer(Onnx.tensor("w", DataType.FLOAT, List.of(4L))));
        String negative = refusal(withInitializer(Onnx.tensor("w", DataType.FLOAT, List.of(-4L))));
        String segment = refusal(withInitializer(Onnx.floats("w", List.of(2L), 1, 2)
                .setSegment(TensorProto.Segment.newBuilder().setBegin(0).setEnd(1))));

        assertTrue(
                typed.contains("initializer 'w' has shape 4 of FLOAT32, which needs 4 elements, but holds 3"), typed);
        assertTrue(raw.contains("needs 16 bytes, but holds 15"), raw);
        assertTrue(none.contains("needs 4 elements, but holds 0"), none);
        assertTrue(negative.contains("negative dimension -4"), negative);
        assertTrue(segment.contains("segment"), segment);
    }

    @Test
    void refusesATinyFileThatClaimsBillionsOfElementsBeforeAllocatingThem() {
        for (List<Long> dimensions :
                List.of(List.of(2_000_000_000L), List.of(1L << 40), List.of(65536L, 65536L), List.of(1L << 62, 4L))) {
            String message = refusal(withInitializer(Onnx.tensor("w", DataType.DOUBLE, dimensions)));

            assertTrue(message.contains("initializer 'w'"), message);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"STRING", "COMPLEX64", "COMPLEX128", "FLOAT8E4M3FN", "FLOAT8E5M2", "INT4", "UINT4", "UNDEFINED"})
    void refusesElementTypesThatItDoesNotHoldAsUnsupported(DataType type) {
        String initializer = unsupported(withInitializer(Onnx.tensor("w", type, List.of(0L))));
        String input = unsupported(
                Onnx.model(Onnx.graph(Onnx.node("Identity", List.of("x"), "y")).setInput(0, Onnx.value("x", type, 4))));
        String output = unsupported(Onnx.model(
                Onnx.graph(Onnx.node("Identity", List.of("x"), "y")).setOutput(0, Onnx.value("y", type, 4))));

        assertTrue(initializer.contains("initializer 'w' has elements of type " + type), initializer);
        assertTrue(input.contains("input 'x' is of type " + type), input);
        assertTrue(output.contains("output 'y' is of type " + type), output);
    }

    @Test
    void refusesSequencesAndOptionalsAsUnsupported() {
        TypeProto.Builder sequence = TypeProto.newBuilder().setSequenceType(TypeProto.Sequence.newBuilder());
        TypeProto.Builder optional = TypeProto.newBuilder().setOptionalType(TypeProto.Optional.newBuilder());
        for (TypeProto.Builder type : List.of(sequence, optional)) {
            String message = unsupported(Onnx.model(Onnx.graph(Onnx.node("Identity", List.of("x"), "y"))
                    .setInput(0, ValueInfoProto.newBuilder().setName("x").setType(type))));

            assertTrue(message.contains("input 'x' is of type "), message);
        }
    }

    @Test
    void refusesSparseInitializersAsUnsupported() {
        String message = unsupported(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y"))
                .addSparseInitializer(SparseTensorProto.newBuilder().setValues(Onnx.floats("w", List.of(1L), 1)))));

        assertTrue(message.contains("initializer 'w' is sparse"), message);
    }

    @Test
    void refusesAnInputWithoutType() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))
                .setInput(0, ValueInfoProto.newBuilder().setName("x"))));

        assertTrue(message.contains("input 'x': the model does not declare its type"), message);
    }

    @Test
    void namesDimensionsThatTheFileDoesNotName() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(Onnx.node("Relu", List.of("x"), "y"))
                .setInput(0, Onnx.value("x", DataType.FLOAT, "batch", "", -1, 4))));

        assertEquals(
                List.of(
                        Dimension.symbol("batch"),
                        Dimension.symbol("x_dim1"),
                        Dimension.symbol("x_dim2"),
                        Dimension.of(4)),
                model.inputs().get(0).type().dimensions());
    }

    @Test
    void namesFileNodeAndShapesWhereShapesCannotBeRight() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y"))
                .addInitializer(Onnx.floats("w", List.of(3L), 1, 2, 3))));

        for (String part : List.of("test.onnx", "Add 'the Add'", "'x' FLOAT32[N,4]", "'w' FLOAT32[3]")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(1, message.lines().count());
    }

    @Test
    void namesNodeAndAttributeWhereAnAttributeIsWrong() {
        String message = refusal(Onnx.model(Onnx.graph(Onnx.node("Softmax", List.of("x"), "y")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(1)))));

        assertTrue(message.contains("Softmax 'the Softmax' (opset 17): attribute 'axis' has type FLOAT"), message);
    }

    @Test
    void refusesANodeWithoutOutput() {
        String message = refusal(Onnx.model(Onnx.graph(
                Onnx.node("Relu", List.of("x"), "y"),
                Onnx.node("Relu", List.of("x")).setName("sink"))));

        assertTrue(message.contains("'sink' has no output"), message);
    }

    @Test
    void readsConstantNodesOfEveryForm() {
        Model model = Onnx.load(Onnx.model(Onnx.graph(
                Onnx.node("Constant", List.of(), "a")
                        .addAttribute(Onnx.attribute("value", Onnx.floats("", List.of(4L), 1, 2, 3, 4))),
                Onnx.node("Constant", List.of(), "b")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value_float")
                                .setType(AttributeProto.AttributeType.FLOAT)
                                .setF(10)),
                Onnx.node("Constant", List.of(), "c")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value_floats")
                                .setType(AttributeProto.AttributeType.FLOATS)
                                .addAllFloats(List.of(100f, 200f, 300f, 400f))),
                Onnx.node("Sum", List.of("x", "a", "b", "c"), "y"))));

        assertArrayEquals(new float[] {111, 212, 313, 414}, run(model, 0, 0, 0, 0));
    }

    @Test
    void refusesConstantNodesWithoutTensor() {
        String none = refusal(Onnx.model(
                Onnx.graph(Onnx.node("Constant", List.of(), "w"), Onnx.node("Add", List.of("x", "w"), "y"))));
        String text = assertThrows(
                        UnsupportedOperatorsException.class,
                        () -> Onnx.load(Onnx.model(Onnx.graph(Onnx.node("Constant", List.of(), "y")
                                .addAttribute(AttributeProto.newBuilder()
                                        .setName("value_string")
                                        .setType(AttributeProto.AttributeType.STRING)
                                        .setS(ByteString.copyFromUtf8("a")))))))
                .getMessage();

        assertTrue(none.contains("Constant 'the Constant' (opset 17): has no value"), none);
        assertTrue(String.valueOf(text).contains("element type STRING"), text);
    }

    @Test
    void inlinesLocalFunctionsWithTheirAttributes() {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("my")
                .setName("Twice")
                .addInput("in")
                .addOutput("out")
                .addAttribute("slope")
                .addNode(Onnx.node("LeakyRelu", List.of("in"), "leaky")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("alpha")
                                .setRefAttrName("slope")
                                .setType(AttributeProto.AttributeType.FLOAT)))
                .addNode(Onnx.node("Add", List.of("leaky", "leaky"), "out"));
        ModelProto.Builder model = Onnx.model(Onnx.graph(
                        Onnx.node("Twice", List.of("x"), "mid").setDomain("my").addAttribute(slope(0.5f)),
                        Onnx.node("Twice", List.of("mid"), "y").setDomain("my").addAttribute(slope(0.25f))))
                .addFunctions(function);

        assertArrayEquals(new float[] {4, -1, 12, -2}, run(Onnx.load(model), 1, -2, 3, -4));
    }

    @Test
    void refusesFunctionsThatCallThemselvesWithoutHanging() {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("my")
                .setName("Again")
                .addInput("in")
                .addOutput("out")
                .addNode(Onnx.node("Again", List.of("in"), "mid").setDomain("my"))
                .addNode(Onnx.node("Again", List.of("mid"), "out").setDomain("my"));
        ModelProto.Builder model = Onnx.model(
                        Onnx.graph(Onnx.node("Again", List.of("x"), "y").setDomain("my")))
                .addFunctions(function);

        String message = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> refusal(model));

        assertTrue(message.contains("function 'Again' calls itself"), message);
    }

    @Test
    void loadsAGraphOfManyNodesWithoutOverflow() {
        GraphProto.Builder graph = Onnx.graph();
        for (int i = 0; i < 20_000; i++) {
            graph.addNode(Onnx.node("Neg", List.of(i == 0 ? "x" : "v" + i), i == 19_999 ? "y" : "v" + (i + 1))
                    .setName("same"));
        }

        Model model = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Onnx.load(Onnx.model(graph)));

        assertArrayEquals(new float[] {1, -2, 3, -4}, run(model, 1, -2, 3, -4));
    }

    @Test
    void readsEveryElementTypeFromRawBytesAndTypedFields() {
        checkElements(
                DataType.FLOAT,
                new byte[] {0, 0, (byte) 0xc0, (byte) 0xbf},
                tensor -> tensor.addFloatData(-1.5f),
                -1.5);
        checkElements(
                DataType.DOUBLE,
                new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, (byte) 0xbf},
                tensor -> tensor.addDoubleData(-1.5),
                -1.5);
        checkElements(DataType.FLOAT16, new byte[] {0, (byte) 0xbe}, tensor -> tensor.addInt32Data(0xbe00), -1.5);
        checkElements(
                DataType.BFLOAT16, new byte[] {(byte) 0xc0, (byte) 0xbf}, tensor -> tensor.addInt32Data(0xbfc0), -1.5);
        checkElements(DataType.INT8, new byte[] {-3}, tensor -> tensor.addInt32Data(-3), -3);
        checkElements(DataType.UINT8, new byte[] {-3}, tensor -> tensor.addInt32Data(253), 253);
        checkElements(DataType.INT16, new byte[] {-3, -1}, tensor -> tensor.addInt32Data(-3), -3);
        checkElements(DataType.UINT16, new byte[] {-3, -1}, tensor -> tensor.addInt32Data(65533), 65533);
        checkElements(DataType.INT32, new byte[] {-3, -1, -1, -1}, tensor -> tensor.addInt32Data(-3), -3);
        checkElements(
                DataType.UINT32,
                new byte[] {-3, -1, -1, -1},
                tensor -> tensor.addUint64Data(4294967293L),
                4294967293.0);
        checkElements(
                DataType.INT64, new byte[] {-3, -1, -1, -1, -1, -1, -1, -1}, tensor -> tensor.addInt64Data(-3), -3);
        checkElements(DataType.UINT64, new byte[] {3, 0, 0, 0, 0, 0, 0, 0}, tensor -> tensor.addUint64Data(3), 3);
        checkElements(DataType.BOOL, new byte[] {1}, tensor -> tensor.addInt32Data(1), 1);
    }

    private static void checkElements(
            DataType type, byte[] raw, UnaryOperator<TensorProto.Builder> typed, double expected) {
        for (TensorProto.Builder tensor :
                List.of(Onnx.raw("w", type, List.of(1L), raw), typed.apply(Onnx.tensor("w", type, List.of(1L))))) {
            Model model = Onnx.load(
                    Onnx.model(GraphProto.newBuilder().addInitializer(tensor).addOutput(Onnx.value("w", type, 1))));

            Tensor value = model.run(Map.of()).get("w");

            assertEquals(expected, value.doubleAt(0), type.name());
        }
    }

    private static AttributeProto.Builder slope(float value) {
        return AttributeProto.newBuilder()
                .setName("slope")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value);
    }

    private static ModelProto.Builder withInitializer(TensorProto.Builder tensor) {
        return Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y")).addInitializer(tensor));
    }

    private static String refusal(ModelProto.Builder model) {
        ModelException refused = assertThrows(ModelException.class, () -> Onnx.load(model));
        assertEquals(1, message(refused).lines().count(), message(refused));
        assertTrue(message(refused).startsWith("test.onnx: "), message(refused));
        return message(refused);
    }

    private static String unsupported(ModelProto.Builder model) {
        return message(assertThrows(UnsupportedModelException.class, () -> Onnx.load(model)));
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private static float[] run(Model model, float... x) {
        Tensor y = model.run(Map.of("x", FloatTensor.of(Shape.of(1, 4), x))).get("y");
        return Arrays.copyOf(((FloatTensor) y).data(), 4);
    }

    @Test
    void leavesOutMasksThatNothingReads() {
        Model model = Onnx.load(Onnx.model(7, Onnx.graph(Onnx.node("Dropout", List.of("x"), "y", "mask"))));
        assertArrayEquals(new float[] {1, -2, 3, -4}, run(model, 1, -2, 3, -4));

        String message = refusal(Onnx.model(
                7,
                Onnx.graph(
                        Onnx.node("Dropout", List.of("x"), "dropped", "mask"),
                        Onnx.node("Add", List.of("dropped", "mask"), "y"))));
        assertTrue(message.contains("a mask of numbers"), message);
    }

    @Test
    void keepsLongNamesInsideFunctionsFromFillingTheHeap() {
        String name = "n".repeat(1 << 20);
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("my")
                .setName("Twice")
                .addInput("in")
                .addOutput("out")
                .addNode(Onnx.node("Relu", List.of("in"), name).setName(name))
                .addNode(Onnx.node("Add", List.of(name, name), "out").setName(name));
        NodeProto.Builder[] calls = new NodeProto.Builder[5000];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = Onnx.node("Twice", List.of("x"), i == 0 ? "y" : "v" + i).setDomain("my");
        }
        Model model = Onnx.load(Onnx.model(Onnx.graph(calls)).addFunctions(function));

        assertArrayEquals(new float[] {2, 0, 6, 0}, run(model, 1, -2, 3, -4));
        assertTrue(model.values().stream().allMatch(value -> value.length() < 130));
    }

    @Test
    void refusesElementTypesThatNoWindowRunsOn() {
        for (String type : List.of("GlobalAveragePool", "GlobalMaxPool", "LRN")) {
            NodeProto.Builder node = Onnx.node(type, List.of("x"), "y").addAttribute(Onnx.attribute("size", 3));
            String message = refusal(Onnx.model(GraphProto.newBuilder()
                    .setName("test")
                    .addInput(Onnx.value("x", TensorProto.DataType.DOUBLE, "N", 3, 4, 4))
                    .addOutput(Onnx.value("y", TensorProto.DataType.DOUBLE, "N", 3, 4, 4))
                    .addNode(node)));
            assertTrue(message.contains("FLOAT64"), message);
        }
    }

    @Test
    void refusesNegativePadsOfWindows() {
        NodeProto.Builder node = Onnx.node("MaxPool", List.of("x"), "y")
                .addAttribute(Onnx.attribute("kernel_shape", List.of(2L, 2L)))
                .addAttribute(Onnx.attribute("pads", List.of(0L, -1L, 0L, 0L)));
        String message = refusal(Onnx.model(Onnx.graph(node)));
        assertTrue(message.contains("pads must not be negative, but are [0, -1, 0, 0]"), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 40})
    void namesRepeatsThatMakeNoTensor(long repeats) {
        NodeProto.Builder tile = Onnx.node("Tile", List.of("x", "repeats"), "y");
        String message = refusalOfRun(Onnx.graph(tile).addInitializer(Onnx.longs("repeats", 1, repeats)));
        assertTrue(message.contains("axis 1 of 4 elements cannot be repeated " + repeats + " times: "), message);
    }

    @Test
    void namesRepeatsThatOverflow() {
        NodeProto.Builder tile = Onnx.node("Tile", List.of("x", "repeats"), "y");
        String message = refusalOfRun(Onnx.graph(tile).addInitializer(Onnx.longs("repeats", 1, Long.MAX_VALUE)));
        assertTrue(message.contains("4 times 9223372036854775807 is beyond 64 bits"), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 1L << 40, Long.MIN_VALUE})
    void namesSizesThatNoTensorHas(long size) {
        NodeProto.Builder resize = Onnx.node("Resize", List.of("x", "", "", "sizes"), "y");
        String message = refusalOfRun(Onnx.graph(resize).addInitializer(Onnx.longs("sizes", 1, size)));
        assertTrue(message.contains("axis 1 of 4 elements cannot be resized to " + size + ": "), message);
    }

    @Test
    void namesElementsOfAttributesBeyond32Bits() {
        NodeProto.Builder transpose =
                Onnx.node("Transpose", List.of("x"), "y").addAttribute(Onnx.attribute("perm", List.of(1L << 32, 1L)));
        String message = refusal(Onnx.model(Onnx.graph(transpose)));
        assertTrue(message.contains("attribute 'perm' has the element 4294967296, beyond 32 bits"), message);
    }

    /** When it is loaded, or when it runs. */
    private static String refusalOfRun(GraphProto.Builder graph) {
        return message(assertThrows(ModelException.class, () -> run(Onnx.load(Onnx.model(graph)), 1, 2, 3, 4)));
    }
}

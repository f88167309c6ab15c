package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.spark.ml.OnnxImageTransformer;
import dev.lanewise.spark.score.ExecutorMemory;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.SparkException;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A network that reads an image and a vector: the shipped one, whose scores are shifted by a second input. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralInputsTest {

    private static final int IMAGES = 20;

    private final SparkSession spark = Clothes.session();
    private final Path folder;
    private Path model;
    private String image;
    private Map<String, String> inputs;
    private Dataset<Row> rows;

    SeveralInputsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void write() throws IOException {
        ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(Clothes.MODEL)).toBuilder();
        image = proto.getGraph().getInput(0).getName();
        String logits = proto.getGraph().getOutput(0).getName();
        proto.getGraphBuilder()
                .addInput(ValueInfoProto.newBuilder()
                        .setName("shift")
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder()
                                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                        .setShape(TensorShapeProto.newBuilder()
                                                .addDim(proto.getGraph()
                                                        .getInput(0)
                                                        .getType()
                                                        .getTensorType()
                                                        .getShape()
                                                        .getDim(0))
                                                .addDim(TensorShapeProto.Dimension.newBuilder()
                                                        .setDimValue(10))))))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Add")
                        .addInput(logits)
                        .addInput("shift")
                        .addOutput("shifted"))
                .getOutputBuilder(0)
                .setName("shifted");
        model = Files.write(folder.resolve("two-inputs.onnx"), proto.build().toByteArray());
        inputs = new LinkedHashMap<>();
        inputs.put("shift", "features");
        inputs.put(image, "content");
        rows = Clothes.read(spark, Clothes.unzip(IMAGES, folder.resolve("images")))
                .selectExpr(
                        "path",
                        "content",
                        "transform(sequence(0, 9), i -> float(crc32(concat(path, i)) % 1000 / 64)) AS features")
                .orderBy("path")
                .cache();
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void haveTheBitsOfOneRunInTheEngineEach() throws IOException {
        Model engine = Model.load(model);
        List<Row> scored = ImageInference.of(options().batchSize(7).threads(2).build())
                .transform(rows)
                .orderBy("path")
                .collectAsList();
        List<Row> fromPipeline = transformer()
                .transform(rows.withColumn("features", functions.array_to_vector(rows.col("features"))))
                .orderBy("path")
                .collectAsList();
        assertEquals(IMAGES, scored.size());
        for (int i = 0; i < IMAGES; i++) {
            Row row = scored.get(i);
            assertNull(row.getAs("error"));
            float[] expected = run(engine, row);
            assertArrayEquals(expected, floats(row.getList(row.fieldIndex("probabilities"))));
            assertArrayEquals(
                    IntStream.range(0, 10).mapToDouble(c -> expected[c]).toArray(),
                    fromPipeline.get(i).<Vector>getAs("probability").toArray());
        }
    }

    @Test
    void areSavedWithTheTransformer() throws IOException {
        String path = folder.resolve("saved").toString();
        transformer().save(path);
        OnnxImageTransformer loaded = OnnxImageTransformer.load(path);
        assertEquals(
                List.copyOf(inputs.entrySet()), List.copyOf(loaded.getInputs().entrySet()));
        assertEquals(
                transformer().transform(rows).select("path", "probability").collectAsList(),
                loaded.transform(rows).select("path", "probability").collectAsList());
    }

    @Test
    void ofWhichOneIsMissingMakeTheirRowInvalid() {
        Dataset<Row> some = rows.selectExpr(
                "path",
                "IF(crc32(path) % 5 = 0, NULL, content) AS content",
                "CASE crc32(path) % 5 WHEN 1 THEN NULL" + " WHEN 2 THEN array(float(1)) ELSE features END AS features");
        Map<String, Long> errors = new LinkedHashMap<>();
        transformer()
                .transform(some)
                .groupBy("error")
                .count()
                .collectAsList()
                .forEach(row -> errors.put(String.valueOf(row.get(0)), row.getLong(1)));
        long zero = some.where("content IS NULL").count();
        long one = some.where("features IS NULL").count();
        long two = some.where("size(features) = 1").count();
        assertTrue(zero > 0 && one > 0 && two > 0);
        assertEquals(
                Map.of(
                        "null",
                        IMAGES - zero - one - two,
                        "input '" + image + "': the column is null",
                        zero,
                        "input 'shift': the column is null",
                        one,
                        "input 'shift': there are 1 values, but the model's input takes 10",
                        two),
                errors);
        assertEquals(
                IMAGES - zero - one - two,
                transformer().setHandleInvalid("skip").transform(some).count());
        OnnxImageTransformer refusing = transformer().setHandleInvalid("error");
        SparkException failure = assertThrows(
                SparkException.class, () -> refusing.transform(some).collectAsList());
        assertTrue(String.valueOf(failure).contains("cannot score image file:"), failure.toString());
    }

    @Test
    void areLeftOutOfTheResultTogether() {
        assertEquals(
                List.of("path", "prediction", "label", "probability", "top", "probabilities", "error"),
                List.of(ImageInference.of(options().dropInput(true).build())
                        .transform(rows)
                        .columns()));
    }

    @Test
    void areCheckedAgainstTheColumnsBeforeAnythingRuns() {
        assertRefused("no column 'colour' for the model's input 'shift'; there are: path", Map.of("shift", "colour"));
        assertRefused("column 'path' is STRING, but what a model's input takes is", Map.of("shift", "path"));
        assertRefused("column 'content' is BINARY, but the model's input 'shift' FLOAT32[", Map.of("shift", "content"));
        assertRefused("has no input 'tint'; its inputs are", Map.of("tint", "features"));
        StructType three = new VectorAssembler()
                .setInputCols(new String[] {"a", "b", "c"})
                .setOutputCol("features")
                .transform(spark.sql("SELECT '' AS path, X'00' AS content, 1D AS a, 2D AS b, 3D AS c"))
                .schema();
        assertRefused("column 'features' has vectors of 3 values, but the model's input 'shift'", transformer(), three);
        assertRefused(
                "which must be given by name; its inputs are", transformer().setInputs(Map.of()), rows.schema());
        assertRefused(
                "nothing is given for the input 'shift'", transformer().setInputs(Map.of(image, "content")), three);
        assertRefused("the images are given twice", transformer().setInputCol("content"), rows.schema());
    }

    @Test
    void areNotForFunctionsOfOneColumn() {
        InferenceOptions several = options().build();
        String message = assertThrows(IllegalArgumentException.class, () -> LanewiseUdfs.classify(several))
                .getMessage();
        assertTrue(message.contains("a function takes one column"), message);
    }

    private void assertRefused(String part, Map<String, String> other) {
        Map<String, String> changed = new LinkedHashMap<>(inputs);
        changed.putAll(other);
        assertRefused(part, transformer().setInputs(changed), rows.schema());
    }

    private static void assertRefused(String part, OnnxImageTransformer transformer, StructType input) {
        String message = assertThrows(IllegalArgumentException.class, () -> transformer.transformSchema(input))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }

    private InferenceOptions.Builder options() {
        return InferenceOptions.builder()
                .modelPath(model.toString())
                .inputs(inputs)
                .preprocessing(Preprocessing.preset("raw"))
                .activation(Activation.NONE)
                .allProbabilities(true);
    }

    private OnnxImageTransformer transformer() {
        return new OnnxImageTransformer()
                .setModelPath(model.toString())
                .setInputs(inputs)
                .setPreset("raw")
                .setActivation("none");
    }

    private float[] run(Model engine, Row row) throws IOException {
        BufferedImage pixels = ImageIO.read(new ByteArrayInputStream(row.getAs("content")));
        int[] samples = pixels.getRaster().getSamples(0, 0, 28, 28, 0, (int[]) null);
        float[] values = new float[samples.length];
        IntStream.range(0, values.length).forEach(i -> values[i] = samples[i]);
        Map<String, Tensor> tensors = Map.of(
                image,
                FloatTensor.of(Shape.of(1, 1, 28, 28), values),
                "shift",
                FloatTensor.of(Shape.of(1, 10), floats(row.getList(row.fieldIndex("features")))));
        return ((FloatTensor) engine.run(tensors).get("shifted")).data();
    }

    private static float[] floats(List<Float> elements) {
        float[] values = new float[elements.size()];
        IntStream.range(0, values.length).forEach(i -> values[i] = elements.get(i));
        return values;
    }
}

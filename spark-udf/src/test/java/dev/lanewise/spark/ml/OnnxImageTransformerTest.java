package dev.lanewise.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.Clothes;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InvalidImageException;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxImageTransformerTest {

    private static final int IMAGES = 60;

    private final SparkSession spark = Clothes.session();
    private final Path folder;
    private Path images;

    OnnxImageTransformerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void unzip() throws IOException {
        images = Clothes.unzip(IMAGES, folder.resolve("images"));
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void hasTheBitsOfImageInference() {
        List<Row> expected = ImageInference.of(Clothes.options()
                        .allProbabilities(true)
                        .outputs(Map.of("features", Clothes.EMBEDDING))
                        .build())
                .transform(read())
                .orderBy("path")
                .collectAsList();
        List<Row> scored = Clothes.transformer()
                .setOutputs(Map.of("features", Clothes.EMBEDDING))
                .setBatchSize(7)
                .setNumThreads(2)
                .transform(read())
                .orderBy("path")
                .collectAsList();
        assertEquals(IMAGES, scored.size());
        for (int i = 0; i < IMAGES; i++) {
            Row row = scored.get(i);
            Row wanted = expected.get(i);
            Row output = row.getAs("output");
            for (String field : List.of("prediction", "label", "probability", "top", "error")) {
                assertEquals(wanted.<Object>getAs(field), output.getAs(field));
            }
            assertEquals(((Integer) wanted.getAs("prediction")).doubleValue(), row.<Double>getAs("prediction"));
            assertArrayEquals(doubles(wanted, "probabilities"), vector(row, "probability"));
            assertArrayEquals(doubles(wanted, "features"), vector(row, "features"));
            assertNull(row.getAs("error"));
        }
        long right = scored.stream()
                .filter(row -> row.getAs("class").equals(row.getAs("prediction")))
                .count();
        assertTrue(right > IMAGES * 8 / 10, right + " right");
    }

    @Test
    void promisesTheSchemaThatItGives() throws IOException {
        Path labels = Clothes.labels(folder);
        OnnxImageTransformer transformer = Clothes.transformer().setOutputs(Map.of("features", Clothes.EMBEDDING));
        assertEquals(
                List.of("path", "content", "class", "output", "probability", "prediction", "features", "error"),
                List.of(transformer.transformSchema(read().schema()).fieldNames()));
        assertEquals(
                types(transformer.transformSchema(read().schema())),
                types(transformer.transform(read()).schema()));
        transformer.setLabelsPath(labels.toString());
        for (String column : List.of("probability", "prediction")) {
            assertEquals(
                    transformer.transform(read()).schema().apply(column).metadata(),
                    transformer.transformSchema(read().schema()).apply(column).metadata());
        }
    }

    @Test
    void leavesOutTheColumnsWithoutAName() {
        Dataset<Row> scored = Clothes.transformer()
                .setOutputCol("")
                .setPredictionCol("")
                .setProbabilityCol("")
                .setErrorCol("")
                .setOutputs(Map.of("embedding", Clothes.EMBEDDING, "map", "/s3/Relu_output_0"))
                .transform(read());
        assertEquals(
                List.of("class", "content", "embedding", "map", "path"),
                Stream.of(scored.columns()).sorted().toList());
        Row row = scored.first();
        assertEquals(
                0,
                row.<Vector>getAs("map").size() % row.<Vector>getAs("embedding").size());
    }

    @Test
    void namesTheClassesInTheColumnsAttributes() throws IOException {
        StructType labelled = Clothes.transformer()
                .setLabelsPath(Clothes.labels(folder).toString())
                .transform(read())
                .schema();
        assertEquals(Clothes.LABELS, attributeNames(labelled.apply("probability")));
        NominalAttribute prediction = (NominalAttribute) Attribute.fromStructField(labelled.apply("prediction"));
        assertArrayEquals(Clothes.LABELS.toArray(), prediction.values().get());
        StructType plain = Clothes.transformer().transform(read()).schema();
        assertEquals(
                10, AttributeGroup.fromStructField(plain.apply("probability")).size());
        assertEquals(
                10,
                ((NominalAttribute) Attribute.fromStructField(plain.apply("prediction")))
                        .getNumValues()
                        .get());
    }

    @Test
    void takesImagesDecodedBySparkAndValuesMadeReady() {
        Map<String, double[]> expected = byName(Clothes.transformer().transform(read()), "path");
        Dataset<Row> decoded =
                spark.read().format("image").load(images.toString()).select("image");
        assertSame(expected, byName(Clothes.transformer().setInputCol("image").transform(decoded), "image.origin"));

        // One byte a pixel, as the struct of a grey image has it.
        Dataset<Row> ready = decoded.selectExpr(
                "image.origin AS path",
                "transform(sequence(0, 783), i -> float(conv(hex(substring(image.data, i + 1, 1)), 16, 10))) AS pixels");
        OnnxImageTransformer raw = Clothes.transformer().setInputCol("pixels");
        Map<String, double[]> fromArrays = byName(raw.transform(ready), "path");
        assertSame(
                fromArrays,
                byName(
                        raw.transform(ready.withColumn("pixels", functions.array_to_vector(ready.col("pixels")))),
                        "path"));
        assertSame(
                fromArrays,
                byName(raw.transform(ready.selectExpr("path", "cast(pixels AS ARRAY<DOUBLE>) AS pixels")), "path"));
        // The same values as an image: preset raw, whose values are 0 to 255.
        assertSame(
                byName(
                        new OnnxImageTransformer()
                                .setModelPath(Clothes.MODEL.toString())
                                .setPreset("raw")
                                .transform(read()),
                        "path"),
                fromArrays);
    }

    @Test
    void runsNoJobUntilTheResultIsUsed() throws Exception {
        AtomicInteger jobs = new AtomicInteger();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        Dataset<Row> input = read();
        spark.sparkContext().listenerBus().waitUntilEmpty();
        spark.sparkContext().addSparkListener(listener);
        try {
            Clothes.transformer().transformSchema(input.schema());
            Dataset<Row> scored = Clothes.transformer().transform(input);
            spark.sparkContext().listenerBus().waitUntilEmpty();
            assertEquals(0, jobs.get());
            assertEquals(IMAGES, scored.count());
            spark.sparkContext().listenerBus().waitUntilEmpty();
            assertTrue(jobs.get() > 0);
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
    }

    @Test
    void keepsSkipsOrRefusesImagesThatCannotBeScored() {
        Dataset<Row> broken = read().limit(3)
                .unionAll(spark.sql("SELECT 'broken.png', X'89504E47', 0D"))
                .unionAll(spark.sql("SELECT 'null.png', CAST(NULL AS BINARY), 0D"));
        List<Row> kept = Clothes.transformer()
                .transform(broken)
                .where("error IS NOT NULL")
                .orderBy("path")
                .collectAsList();
        assertEquals(
                List.of("broken.png", "null.png"),
                kept.stream().map(row -> row.get(0)).toList());
        assertNull(kept.get(0).getAs("probability"));
        assertNull(kept.get(0).getAs("prediction"));
        assertEquals(
                kept.get(0).<String>getAs("error"),
                kept.get(0).<Row>getAs("output").<String>getAs("error"));
        OnnxImageTransformer skipping = Clothes.transformer().setHandleInvalid("skip");
        assertEquals(3, skipping.transform(broken).count());
        OnnxImageTransformer refusing = Clothes.transformer().setHandleInvalid("error");
        Throwable failure = assertThrows(
                SparkException.class, () -> refusing.transform(broken).collectAsList());
        while (failure != null && !(failure instanceof InvalidImageException)) {
            failure = failure.getCause();
        }
        assertTrue(String.valueOf(failure).contains("handleInvalid"), String.valueOf(failure));
    }

    @Test
    void copiesParametersAndThoseGivenAnew() {
        OnnxImageTransformer original = Clothes.transformer().setTopK(3);
        OnnxImageTransformer copy = original.copy(new ParamMap().put(original.topK(), 2));
        assertEquals(2, copy.getTopK());
        assertEquals(3, original.getTopK());
        assertEquals(original.uid(), copy.uid());
        assertEquals(original.getModelPath(), copy.getModelPath());
        Row output = original.transform(read(), new ParamMap().put(original.topK(), 4))
                .first()
                .getAs("output");
        assertEquals(4, output.getList(3).size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatDoesNotFitBeforeAnythingRuns(String part, OnnxImageTransformer transformer) {
        StructType input = read().schema();
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> transformer.transformSchema(input))
                        .getMessage());
        assertTrue(message.contains(part), message);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("has no model; call setModelPath", new OnnxImageTransformer()),
                Arguments.of("no column 'picture'", Clothes.transformer().setInputCol("picture")),
                Arguments.of("column 'path' is STRING", Clothes.transformer().setInputCol("path")),
                Arguments.of("a column 'Path' already", Clothes.transformer().setErrorCol("Path")),
                Arguments.of("a column 'error' already", Clothes.transformer().setOutputs(Map.of("error", "x"))),
                Arguments.of(
                        "is to give no column of scores",
                        Clothes.transformer()
                                .setOutputCol("")
                                .setPredictionCol("")
                                .setProbabilityCol("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedValues")
    void refusesValuesByNameAndLimit(String part, Runnable setter) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, setter::run).getMessage());
        assertTrue(message.contains(part), message);
    }

    static Stream<Arguments> refusedValues() {
        OnnxImageTransformer transformer = new OnnxImageTransformer();
        Map<String, Runnable> setters = new LinkedHashMap<>();
        setters.put("topK must be at least 1, not 0", () -> transformer.setTopK(0));
        setters.put("batchSize must be at least 1, not -1", () -> transformer.setBatchSize(-1));
        setters.put("maxBatchBytes must be at least 1, not 0", () -> transformer.setMaxBatchBytes(0));
        setters.put("numThreads must be at least 1, not 0", () -> transformer.setNumThreads(0));
        setters.put("resize must be at least 0, not -2", () -> transformer.setResize(-2));
        setters.put("maxPixels must be between 1", () -> transformer.setMaxPixels(0));
        setters.put("activation is 'tanh'; known are auto, softmax, none", () -> transformer.setActivation("tanh"));
        setters.put("preset is 'vgg'; known are imagenet", () -> transformer.setPreset("vgg"));
        setters.put("channels is 'cmyk'; known are rgb, bgr, gray", () -> transformer.setChannels("cmyk"));
        setters.put("handleInvalid is 'drop'; known are keep, skip, error", () -> transformer.setHandleInvalid("drop"));
        setters.put("mean must be finite", () -> transformer.setMean(Double.NaN));
        setters.put("std must be above 0", () -> transformer.setStd(0));
        setters.put("modelPath is empty", () -> transformer.setModelPath(""));
        setters.put("outputs has an empty name", () -> transformer.setOutputs(Map.of("a", "")));
        return setters.entrySet().stream().map(setter -> Arguments.of(setter.getKey(), setter.getValue()));
    }

    @Test
    void refusesAModelThatDoesNotFit() throws IOException {
        OnnxImageTransformer missing = Clothes.transformer().setModelPath(folder + "/none.onnx");
        StructType input = read().schema();
        assertThrows(ModelException.class, () -> missing.transformSchema(input));
        assertThrows(ModelException.class, () -> missing.transform(read()));
        Path two = Files.write(folder.resolve("two.txt"), List.of("cat", "dog"));
        Map<String, OnnxImageTransformer> refused = Map.of(
                "no value named 'nowhere'",
                Clothes.transformer().setOutputs(Map.of("features", "nowhere")),
                "10 classes, but there are 2 labels",
                Clothes.transformer().setLabelsPath(two.toString()),
                "mean has 3 values, but the model takes 1 channel (GRAY)",
                Clothes.transformer().setMean(0.1, 0.2, 0.3),
                "the preprocessing gives images of 8x8",
                Clothes.transformer().setCrop(8));
        refused.forEach((part, transformer) -> {
            for (Executable check : List.<Executable>of(
                    () -> transformer.transformSchema(input), () -> transformer.transform(read()))) {
                String message = String.valueOf(
                        assertThrows(IllegalArgumentException.class, check).getMessage());
                assertTrue(message.contains(part), message);
            }
        });
    }

    @Test
    void refusesValuesForANetworkOfAnyImageSize() throws IOException {
        ModelProto.Builder open = ModelProto.parseFrom(Files.readAllBytes(Clothes.MODEL)).toBuilder();
        open.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(3)
                .setDimParam("W");
        Path model = Files.write(folder.resolve("open.onnx"), open.build().toByteArray());
        StructType values = spark.sql("SELECT array(1f, 2f) AS pixels").schema();
        OnnxImageTransformer transformer =
                Clothes.transformer().setModelPath(model.toString()).setInputCol("pixels");
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> transformer.transformSchema(values))
                        .getMessage());
        assertTrue(message.contains("column 'pixels' is ARRAY<FLOAT>, but the model leaves the size"), message);
    }

    @Test
    void isKnownToSparkAsATransformer() {
        List<Class<?>> known = new ArrayList<>();
        ServiceLoader.load(Transformer.class).stream().forEach(provider -> known.add(provider.type()));
        assertTrue(known.contains(OnnxImageTransformer.class), known.toString());
        assertFalse(new OnnxImageTransformer().uid().equals(new OnnxImageTransformer().uid()));
    }

    private Dataset<Row> read() {
        return Clothes.read(spark, images);
    }

    private static List<String> types(StructType schema) {
        return Stream.of(schema.fields())
                .map(field -> field.name() + " " + field.dataType().sql())
                .toList();
    }

    private static List<String> attributeNames(StructField field) {
        return Stream.of(AttributeGroup.fromStructField(field).attributes().get())
                .map(attribute -> attribute.name().get())
                .toList();
    }

    private static double[] doubles(Row row, String column) {
        List<Float> values = row.getList(row.fieldIndex(column));
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }

    private static double[] vector(Row row, String column) {
        return row.<Vector>getAs(column).toArray();
    }

    /** The probabilities by the images' file names. */
    private static Map<String, double[]> byName(Dataset<Row> scored, String path) {
        Map<String, double[]> probabilities = new LinkedHashMap<>();
        scored.selectExpr("regexp_extract(" + path + ", '[^/]*$', 0) AS name", "probability", "error")
                .collectAsList()
                .forEach(row -> {
                    assertNull(row.getAs("error"), () -> row.getString(2));
                    probabilities.put(row.getString(0), vector(row, "probability"));
                });
        return probabilities;
    }

    private static void assertSame(Map<String, double[]> expected, Map<String, double[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, probabilities) -> assertArrayEquals(probabilities, actual.get(name), name));
        assertEquals(IMAGES, expected.size());
    }
}

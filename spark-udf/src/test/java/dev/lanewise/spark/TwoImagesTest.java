package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.spark.ml.OnnxImageTransformer;
import dev.lanewise.spark.score.ExecutorMemory;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows of two images, in colour and in grey, of different sizes, each made to fit its own input of the network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoImagesTest {

    private static final int ROWS = 23;
    private static final int MASK_HEIGHT = PhotoAndMask.MASK_HEIGHT;
    private static final int MASK_WIDTH = PhotoAndMask.MASK_WIDTH;

    private final SparkSession spark = Clothes.session();
    private final Random random = new Random(11);
    private final Path folder;

    TwoImagesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterAll
    void nothingStaysAllocated() {
        spark.stop();
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void scoreAsInTheEngineWhereTheyHaveTheInputsSizes() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            examples.add(new Example(picture(3, 10, 14), picture(1, MASK_HEIGHT, MASK_WIDTH)));
        }
        assertScoresOfTheEngine(PhotoAndMask.onnx(10, 14), "raw", examples);
    }

    @Test
    void areEachCroppedToTheSizeOfTheirInput() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            // As large as the preset scales them: 256/224 of the crop's longer side, for the shorter one.
            Picture photo = picture(3, 16, 20).window(3, 3, 10, 14).scaled(127.5f);
            Picture mask =
                    picture(1, 11, 8).window(2, 2, MASK_HEIGHT, MASK_WIDTH).scaled(127.5f);
            examples.add(new Example(photo, mask));
        }
        assertScoresOfTheEngine(PhotoAndMask.onnx(10, 14), "inception", examples);
    }

    @Test
    void scoreAsInTheEngineWhereOneHasAnotherSizeInEachRow() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            examples.add(new Example(picture(3, 5 + i % 3, 6 + i % 4), picture(1, MASK_HEIGHT, MASK_WIDTH)));
        }
        assertScoresOfTheEngine(PhotoAndMask.onnx(0, 0), "raw", examples);
    }

    private record Example(Picture photo, Picture mask) {}

    /** A file, and what the network is to read of it, {@code [channels][height][width]}. */
    private record Picture(byte[] png, Shape shape, float[] planes) {

        Picture window(int top, int left, int height, int width) {
            Shape cut = Shape.of(shape.dim(0), height, width);
            float[] kept = new float[cut.size()];
            for (int i = 0; i < kept.length; i++) {
                int channel = i / (height * width);
                int y = top + i / width % height;
                int x = left + i % width;
                kept[i] = planes[(channel * shape.dim(1) + y) * shape.dim(2) + x];
            }
            return new Picture(png, cut, kept);
        }

        /** From 0 to 255 to -1 to 1. */
        Picture scaled(float half) {
            float[] scaled = new float[planes.length];
            IntStream.range(0, scaled.length).forEach(i -> scaled[i] = (planes[i] - half) / half);
            return new Picture(png, shape, scaled);
        }

        FloatTensor row() {
            return FloatTensor.of(Shape.of(1, shape.dim(0), shape.dim(1), shape.dim(2)), planes);
        }
    }

    private Picture picture(int channels, int height, int width) throws IOException {
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        float[] planes = new float[channels * height * width];
        for (int i = 0; i < planes.length; i++) {
            int sample = random.nextInt(256);
            image.getRaster().setSample(i % width, i / width % height, i / (height * width), sample);
            planes[i] = sample;
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return new Picture(png.toByteArray(), Shape.of(channels, height, width), planes);
    }

    private void assertScoresOfTheEngine(byte[] onnx, String preset, List<Example> examples) throws IOException {
        Path model = Files.write(folder.resolve(preset + onnx.length + ".onnx"), onnx);
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("mask", "outline");
        inputs.put("photo", "content");
        InferenceOptions options = InferenceOptions.builder()
                .modelPath(model.toString())
                .inputs(inputs)
                .preprocessing(Preprocessing.preset(preset))
                .activation(Activation.NONE)
                .allProbabilities(true)
                .batchSize(7)
                .threads(2)
                .build();
        OnnxImageTransformer transformer = new OnnxImageTransformer()
                .setModelPath(model.toString())
                .setInputs(inputs)
                .setPreset(preset)
                .setActivation("none")
                .setBatchSize(5);
        Dataset<Row> rows = rows(examples);
        List<Row> inferred =
                ImageInference.of(options).transform(rows).orderBy("number").collectAsList();
        List<Row> transformed = transformer.transform(rows).orderBy("number").collectAsList();

        Model engine = Model.load(model);
        assertEquals(ROWS, inferred.size());
        for (int i = 0; i < ROWS; i++) {
            Example example = examples.get(i);
            float[] expected = ((FloatTensor) engine.run(Map.of(
                                    "photo",
                                    example.photo().row(),
                                    "mask",
                                    example.mask().row()))
                            .get("scores"))
                    .data();
            assertNull(inferred.get(i).getAs("error"));
            List<Float> scores = inferred.get(i).getList(inferred.get(i).fieldIndex("probabilities"));
            assertEquals(IntStream.range(0, 5).mapToObj(c -> expected[c]).toList(), scores);
            assertArrayEquals(
                    IntStream.range(0, 5).mapToDouble(c -> expected[c]).toArray(),
                    transformed.get(i).<Vector>getAs("probability").toArray());
        }
    }

    private Dataset<Row> rows(List<Example> examples) {
        StructType schema = new StructType()
                .add("number", DataTypes.IntegerType)
                .add("content", DataTypes.BinaryType)
                .add("outline", DataTypes.BinaryType);
        List<Row> rows = IntStream.range(0, ROWS)
                .mapToObj(i -> RowFactory.create(
                        i, examples.get(i).photo().png(), examples.get(i).mask().png()))
                .toList();
        return spark.createDataFrame(rows, schema).repartition(3);
    }
}

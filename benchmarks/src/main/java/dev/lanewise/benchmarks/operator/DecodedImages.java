package dev.lanewise.benchmarks.operator;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.arrow.score.ModelFit;
import dev.lanewise.arrow.score.NetworkInput;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.arrow.score.ScoringOutputs;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Seeded images of the size that a network takes, as Spark has them and as the engine reads them.
 *
 * @param input the network's input
 * @param pixels grey or RGB
 */
record DecodedImages(String input, List<Pixels> pixels) {

    /** Pixels become pixel / 255: neither side scales or crops. */
    static final Preprocessing PREPROCESSING =
            Preprocessing.preset("unit").withResize(Resize.NONE).withCrop(Crop.NONE);

    /** Of Spark's image source, in any order. */
    static final StructType ROW = new StructType()
            .add("id", DataTypes.IntegerType)
            .add("image", new StructType(new StructField[] {
                DataTypes.createStructField("origin", DataTypes.StringType, true),
                DataTypes.createStructField("height", DataTypes.IntegerType, false),
                DataTypes.createStructField("width", DataTypes.IntegerType, false),
                DataTypes.createStructField("nChannels", DataTypes.IntegerType, false),
                DataTypes.createStructField("mode", DataTypes.IntegerType, false),
                DataTypes.createStructField("data", DataTypes.BinaryType, false)
            }));

    private static final int CV_8UC1 = 0;
    private static final int CV_8UC3 = 16;
    private static final long SEED = 20261123;

    /** @throws IllegalArgumentException if the network has several inputs, or leaves open what images it takes */
    static DecodedImages of(Model model, int count) {
        ScoringOptions options = ScoringOptions.of(PREPROCESSING)
                .withOutputs(
                        ScoringOutputs.values(List.of(model.outputs().get(0).name())));
        NetworkInput input = ModelFit.of(model, options).inputs().get(0);
        Shape shape = input.imageShape()
                .orElseThrow(() -> new IllegalArgumentException(model + " leaves open what images its input " + input
                        + " takes; give a model of a fixed size"));
        Random random = new Random(SEED);
        List<Pixels> pixels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] data = new byte[shape.size()];
            random.nextBytes(data);
            pixels.add(new Pixels(shape.dim(2), shape.dim(1), shape.dim(0), data));
        }
        return new DecodedImages(input.name(), pixels);
    }

    /** Of {@link #ROW}, numbered from 0. */
    List<Row> rows() {
        return IntStream.range(0, pixels.size())
                .mapToObj(i -> RowFactory.create(i, struct(pixels.get(i))))
                .toList();
    }

    private static Row struct(Pixels image) {
        int channels = image.channels();
        byte[] data = image.data().clone();
        for (int i = 0; channels == 3 && i < data.length; i += 3) {
            data[i] = image.data()[i + 2];
            data[i + 2] = image.data()[i];
        }
        return RowFactory.create("", image.height(), image.width(), channels, channels == 1 ? CV_8UC1 : CV_8UC3, data);
    }

    /** In batches {@code [N, C, H, W]} of at most so many; the last may be smaller. */
    List<FloatTensor> batches(int size) {
        List<FloatTensor> batches = new ArrayList<>();
        try (RootAllocator memory = new RootAllocator()) {
            for (int from = 0; from < pixels.size(); from += size) {
                batches.add(batch(pixels.subList(from, Math.min(pixels.size(), from + size)), memory));
            }
        }
        return batches;
    }

    private static FloatTensor batch(List<Pixels> some, RootAllocator memory) {
        Pixels first = some.get(0);
        Preprocessor preprocessor =
                Preprocessor.of(PREPROCESSING, first.channels(), first.height(), first.width(), ImageLimits.DEFAULT);
        ImageSize size = new ImageSize(first.height(), first.width());
        try (ImageBatch batch = ImageBatch.allocate(preprocessor, size, some.size(), memory)) {
            for (int row = 0; row < some.size(); row++) {
                batch.put(row, some.get(row));
            }
            return batch.normalized(IntStream.range(0, some.size()).toArray(), some.size());
        } catch (ImageException e) {
            throw new AssertionError("images of the network's own size", e);
        }
    }
}

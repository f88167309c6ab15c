package dev.lanewise.benchmarks.cluster;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;

/** What one photograph costs on one thread, from the bytes of its file to the scores, step by step. */
public final class PhotographCost {

    /** The steps, as timings name them and in the order of an image's way. */
    public static final List<String> STEPS = List.of("decode", "resize + crop", "normalise", "infer");

    private static final int IMAGE_SIZE = 224;
    private static final Duration SAMPLE = Duration.ofMillis(20);
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private PhotographCost() {}

    /**
     * What was measured.
     *
     * @param timings of the steps, and of the decoders by their names
     * @param others decoders that decode this photograph, with the largest difference of a sample from Lanewise's, of 255
     */
    public record Costs(Timings timings, Map<String, Integer> others) {

        public Costs {
            others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
        }
    }

    /**
     * Measures all steps in turn.
     *
     * @param name the photograph's, for messages
     * @param model an ONNX file with one input, {@code FLOAT32[N,3,224,224]}
     * @throws IllegalArgumentException if the photograph cannot be decoded or scaled
     */
    public static Costs measure(String name, byte[] photograph, Path model, int rounds) throws IOException {
        Model network = Model.load(ModelSource.read(model));
        String input = network.inputs().get(0).name();
        Preprocessor preprocessor =
                Preprocessor.of(Preprocessing.preset("imagenet"), 3, IMAGE_SIZE, IMAGE_SIZE, ImageLimits.DEFAULT);
        ImageDecoder decoder = new ImageDecoder();
        int[] row = {0};
        try (RootAllocator memory = new RootAllocator();
                ImageBatch batch =
                        ImageBatch.allocate(preprocessor, new ImageSize(IMAGE_SIZE, IMAGE_SIZE), 1, memory)) {
            Pixels pixels = decode(decoder, name, photograph);
            put(batch, name, pixels);
            FloatTensor images = batch.normalized(row, 1);
            List<Side> sides = new ArrayList<>(List.of(
                    new Side(STEPS.get(0), () -> decode(decoder, name, photograph)),
                    new Side(STEPS.get(1), () -> put(batch, name, pixels)),
                    new Side(STEPS.get(2), () -> batch.normalized(row, 1)),
                    new Side(STEPS.get(3), () -> network.run(Map.of(input, images)))));
            Map<String, Integer> others = new LinkedHashMap<>();
            for (OtherDecoder other : OtherDecoder.ALL) {
                Integer difference = other.difference(photograph, pixels);
                if (difference != null) {
                    others.put(other.name(), difference);
                    sides.add(new Side(other.name(), () -> other.run(photograph)));
                }
            }
            return new Costs(new Rounds(rounds, SAMPLE, WARM_UP, Duration.ZERO).measure(sides), others);
        }
    }

    private static Pixels decode(ImageDecoder decoder, String name, byte[] file) {
        try {
            return decoder.decode(file);
        } catch (ImageException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static void put(ImageBatch batch, String name, Pixels pixels) {
        try {
            batch.put(0, pixels);
        } catch (ImageException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }
}

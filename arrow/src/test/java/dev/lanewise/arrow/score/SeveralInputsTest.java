package dev.lanewise.arrow.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that offer something for each of a network's inputs. */
class SeveralInputsTest {

    private static final ScoringOptions OPTIONS = ScoringOptions.of(Preprocessing.preset("raw"))
            .withActivation(Activation.NONE)
            .withOutputs(new ScoringOutputs(true, true, List.of()))
            .withInputs(List.of("v", "x"));

    private final RootAllocator allocator = new RootAllocator();
    private final Random random = new Random(3);

    @AfterEach
    void leavesNoMemoryAllocated() {
        assertEquals(0, allocator.getAllocatedMemory());
        allocator.close();
    }

    /** What a row holds for both inputs, and how the engine reads it. */
    private record Example(byte[] pixels, float[] features) {

        ImageInput asImage() {
            return new ImageInput.Several(
                    List.of(new ImageInput.Values(features), new ImageInput.Decoded(new Pixels(8, 8, 3, pixels))));
        }

        ImageInput asValues() {
            return new ImageInput.Several(List.of(new ImageInput.Values(features), new ImageInput.Values(planes())));
        }

        float[] planes() {
            float[] planes = new float[pixels.length];
            for (int i = 0; i < planes.length; i++) {
                planes[i % 3 * 64 + i / 3] = pixels[i] & 0xff;
            }
            return planes;
        }

        float[] run(Model model) {
            Map<String, Tensor> inputs = Map.of(
                    "x", FloatTensor.of(Shape.of(1, 3, 8, 8), planes()), "v", FloatTensor.of(Shape.of(1, 4), features));
            return ((FloatTensor) model.run(inputs).get("y")).data();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "64, 2"})
    void haveTheBitsOfOneRunInTheEngineEach(int batchSize, int threads) {
        Model model = TestModels.imageAndFeatures("N", "N");
        List<Example> examples = IntStream.range(0, 11).mapToObj(i -> example()).toList();
        List<ImageInput> rows = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            rows.add(i % 3 == 1 ? examples.get(i).asValues() : examples.get(i).asImage());
        }
        List<ImageScore> scores = score(model, OPTIONS.withBatchSize(batchSize).withThreads(threads), rows);
        for (int i = 0; i < examples.size(); i++) {
            assertNull(scores.get(i).error());
            assertArrayEquals(examples.get(i).run(model), scores.get(i).probabilities());
        }
    }

    @Test
    void fillUpARunOfAFixedNumberOfRowsWhicheverInputFixesIt() {
        Model open = TestModels.imageAndFeatures("N", "N");
        List<Example> examples = IntStream.range(0, 3).mapToObj(i -> example()).toList();
        List<ImageInput> rows = examples.stream().map(Example::asImage).toList();
        for (Object[] batches : new Object[][] {{2, 2}, {"N", 2}, {2, "N"}}) {
            List<ImageScore> scores = score(TestModels.imageAndFeatures(batches[0], batches[1]), OPTIONS, rows);
            for (int i = 0; i < rows.size(); i++) {
                assertArrayEquals(examples.get(i).run(open), scores.get(i).probabilities());
            }
        }
    }

    @Test
    void areTwoImagesOfTheirOwnSizes() {
        byte[] first = new byte[3 * 64];
        byte[] second = new byte[3 * 64];
        random.nextBytes(first);
        random.nextBytes(second);
        float[] sums = new float[3];
        for (int i = 0; i < first.length; i++) {
            sums[i % 3] += (first[i] & 0xff) + (second[i] & 0xff);
        }
        ImageInput row = new ImageInput.Several(List.of(image(8, first), image(8, second)));
        ScoringOptions options = OPTIONS.withInputs(List.of("z", "x"));
        ImageScore score = score(TestModels.twoInputs(), options, List.of(row)).get(0);
        // Sums of whole numbers below 2^24, and a division by a power of two: exact in any order.
        assertArrayEquals(new float[] {sums[0] / 64, sums[1] / 64, sums[2] / 64}, score.probabilities());
        ImageInput small = new ImageInput.Several(List.of(image(8, first), image(1, new byte[3])));
        assertEquals(
                "input 'x': the image is 1x1 (height x width), but the model takes 8x8; set a resize or crop",
                score(TestModels.twoInputs(), options, List.of(small)).get(0).error());
    }

    @Test
    void aMissingOrBrokenPartIsItsRowsErrorAlone() {
        Model model = TestModels.imageAndFeatures("N", "N");
        Example example = example();
        ImageInput image = image(8, example.pixels);
        ImageInput features = new ImageInput.Values(example.features);
        ImageInput missing = new ImageInput.Missing("the column is null");
        List<ImageInput> rows = List.of(
                several(features, missing),
                several(features, new ImageInput.Encoded(new byte[] {1, 2})),
                several(missing, image),
                several(new ImageInput.Values(new float[3]), image),
                several(image, image),
                several(features, image));
        List<ImageScore> scores = score(model, OPTIONS, rows);
        assertEquals("input 'x': the column is null", scores.get(0).error());
        assertTrue(
                String.valueOf(scores.get(1).error()).startsWith("input 'x': "),
                scores.get(1).toString());
        assertEquals("input 'v': the column is null", scores.get(2).error());
        assertEquals(
                "input 'v': there are 3 values, but the model's input takes 4",
                scores.get(3).error());
        assertEquals(
                "input 'v': the model takes no images here: it is FLOAT32[N,4], not an image [N,C,H,W]",
                scores.get(4).error());
        assertArrayEquals(example.run(model), scores.get(5).probabilities());
    }

    @Test
    void oneInputMayBeNamedAsWellAndNeedNotBeAnImage() {
        ScoringOptions options = OPTIONS.withInputs(List.of("x"));
        float[] values = {-1, 2, 3, -4, 5, 6, 7, 8};
        ImageInput row = new ImageInput.Several(List.of(new ImageInput.Values(values)));
        assertArrayEquals(
                new float[] {0, 2, 3, 0, 5, 6, 7, 8},
                score(TestModels.vectorInput(), options, List.of(row)).get(0).probabilities());
    }

    @Test
    void mustBeThoseOfTheModel() {
        Model model = TestModels.imageAndFeatures("N", "N");
        assertRefused("which must be given by name; its inputs are", model, OPTIONS.withInputs(List.of()));
        assertRefused("nothing is given for the input 'v'", model, OPTIONS.withInputs(List.of("x")));
        assertRefused("has no input 'w'; its inputs are 'x'", model, OPTIONS.withInputs(List.of("x", "v", "w")));
        assertRefused(
                "differ in N, the number of rows: 1 and 2",
                TestModels.twoInputs(2, 1),
                OPTIONS.withInputs(List.of("z", "x")));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withInputs(List.of("x", "x")));
    }

    @Test
    void canBeWarmedUp() {
        try (ImageScorer scorer = ImageScorer.of(TestModels.imageAndFeatures("N", "N"), OPTIONS, allocator)) {
            scorer.warmUp();
            assertTrue(scorer.counters().inferNanos() > 0);
        }
    }

    private Example example() {
        byte[] pixels = new byte[3 * 64];
        random.nextBytes(pixels);
        float[] features = new float[4];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return new Example(pixels, features);
    }

    private static ImageInput several(ImageInput... parts) {
        return new ImageInput.Several(List.of(parts));
    }

    private static ImageInput image(int size, byte[] pixels) {
        return new ImageInput.Decoded(new Pixels(size, size, 3, pixels));
    }

    private List<ImageScore> score(Model model, ScoringOptions options, List<ImageInput> rows) {
        List<ImageScore> scores = new ArrayList<>();
        try (ImageScorer scorer = ImageScorer.of(model, options, allocator)) {
            scorer.score(rows.iterator(), row -> row).forEachRemaining(scored -> scores.add(scored.score()));
        }
        return scores;
    }

    private void assertRefused(String part, Model model, ScoringOptions options) {
        String message = assertThrows(IllegalArgumentException.class, () -> ImageScorer.of(model, options, allocator))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count());
    }
}

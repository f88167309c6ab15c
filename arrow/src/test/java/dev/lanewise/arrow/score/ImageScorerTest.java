package dev.lanewise.arrow.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.PillowSamples;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.engine.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageScorerTest {

    private static final Preprocessing RAW = Preprocessing.preset("raw");
    private static final ScoringOptions OPTIONS = ScoringOptions.of(RAW).withActivation(Activation.NONE);

    private final RootAllocator allocator = new RootAllocator();

    @AfterEach
    void leavesNoMemoryAllocated() {
        assertEquals(0, allocator.getAllocatedMemory());
        allocator.close();
    }

    @Test
    void keepsBadRowsInTheirPlaces() {
        byte[] good = PillowSamples.image("rgb.png");
        List<ImageInput> rows = List.of(
                new ImageInput.Encoded(good),
                new ImageInput.Missing("the content is null"),
                new ImageInput.Encoded(new byte[0]),
                new ImageInput.Encoded(Arrays.copyOf(good, good.length / 2)),
                colour(10, 20, 30, 8, 8),
                new ImageInput.Encoded(PillowSamples.image("cmyk.jpg")));
        for (Preprocessing preprocessing : List.of(RAW, RAW.withResize(Resize.exact(5, 5)))) {
            for (int batchSize : new int[] {1, 2, 100}) {
                for (int threads : new int[] {1, 3}) {
                    List<ImageScore> scores = score(
                            TestModels.channelMeans("N", 3, "H", "W"),
                            OPTIONS.withPreprocessing(preprocessing)
                                    .withBatchSize(batchSize)
                                    .withThreads(threads),
                            rows);
                    assertNull(scores.get(0).error());
                    assertEquals("the content is null", scores.get(1).error());
                    assertEquals("empty file", scores.get(2).error());
                    assertTrue(String.valueOf(scores.get(3).error()).startsWith("corrupt PNG: truncated"));
                    assertEquals(2, scores.get(4).prediction());
                    assertEquals(30f, scores.get(4).probability());
                    assertNull(scores.get(5).error());
                    assertEquals(-1, scores.get(1).prediction());
                }
            }
        }
    }

    @Test
    void scoresImagesOfManySizesInOrder() {
        Random random = new Random(9);
        List<ImageInput> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int grey = random.nextInt(200);
            rows.add(colour(grey, grey + 1, grey + i % 3, 1 + random.nextInt(3), 1 + random.nextInt(3)));
        }
        Model model = TestModels.channelMeans("N", 3, "H", "W");
        List<ImageScore> alone = score(model, OPTIONS.withTopK(3).withBatchSize(1), rows);
        for (int i = 0; i < rows.size(); i++) {
            Pixels pixels = ((ImageInput.Decoded) rows.get(i)).pixels();
            assertEquals(pixels.data()[1] & 0xff, alone.get(i).topProbabilities()[indexOf(alone.get(i), 1)], 1e-4);
        }
        assertEquals(alone, score(model, OPTIONS.withTopK(3).withBatchSize(17), rows));
        assertEquals(alone, score(model, OPTIONS.withTopK(3).withBatchSize(40).withThreads(2), rows));
        assertEquals(alone, score(model, OPTIONS.withTopK(3).withMaxBatchBytes(20), rows));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void blamesTheImageThatMakesTheOutputNotANumber(int threads) {
        List<ImageInput> rows = Stream.of(150, 50, 200, 101, 99, 255)
                .map(grey -> colour(grey, grey, grey, 4, 4))
                .toList();
        List<ImageScore> scores = score(TestModels.nanForDarkImages(), OPTIONS.withThreads(threads), rows);
        for (int i = 0; i < rows.size(); i++) {
            boolean dark = i == 1 || i == 4;
            assertEquals(
                    dark ? "the model's output for this image is not a number (NaN)" : null,
                    scores.get(i).error());
        }
        assertEquals((float) Math.sqrt(50), scores.get(0).probability(), 1e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void blamesTheImageOnWhichTheModelFails(int threads) {
        List<ImageInput> rows = Stream.of(3, 7, 200, 99, 100)
                .map(grey -> (ImageInput) new ImageInput.Decoded(new Pixels(1, 1, 1, new byte[] {(byte) (int) grey})))
                .toList();
        List<ImageScore> scores = score(TestModels.failsForBrightImages(), OPTIONS.withThreads(threads), rows);
        assertEquals(7f, scores.get(0).probability());
        assertEquals(15f, scores.get(1).probability());
        assertEquals(199f, scores.get(3).probability());
        for (int bright : new int[] {2, 4}) {
            String error = String.valueOf(scores.get(bright).error());
            assertTrue(error.startsWith("the model failed on this image: "), error);
            assertFalse(error.contains("\n"), error);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void fillsUpTheBatchThatAModelFixes(int fixedBatch) {
        List<ImageInput> rows =
                IntStream.range(0, 11).mapToObj(i -> colour(i, 2 * i, 5, 6, 6)).toList();
        List<ImageScore> expected = score(TestModels.channelMeans("N", 3, 6, 6), OPTIONS.withTopK(3), rows);
        Model fixed = TestModels.channelMeans(fixedBatch, 3, 6, 6);
        for (int threads : new int[] {1, 2}) {
            for (int batchSize : new int[] {1, 3, 100}) {
                assertEquals(
                        expected,
                        score(
                                fixed,
                                OPTIONS.withTopK(3).withBatchSize(batchSize).withThreads(threads),
                                rows));
            }
        }
    }

    @Test
    void rejectsASizeThatTheModelDoesNotTake() {
        List<ImageScore> scores = score(
                TestModels.channelMeans("N", 3, 6, 6), OPTIONS, List.of(colour(1, 2, 3, 6, 6), colour(1, 2, 3, 7, 6)));
        assertEquals(2, scores.get(0).prediction());
        String error = String.valueOf(scores.get(1).error());
        assertTrue(error.contains("the image is 6x7 (height x width), but the model takes 6x6"), error);
    }

    @Test
    void boundsABatchByCountAndByBytes() {
        List<ImageInput> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(colour(1, 2, 3, 10, 10));
        }
        Model model = TestModels.channelMeans("N", 3, "H", "W");
        // An image has 300 bytes, as it is given and as the batch holds it. One row more than the batch must be read to
        // find that it does not fit.
        assertEquals(10, rowsReadForTheFirst(model, OPTIONS.withBatchSize(10), rows));
        assertEquals(6, rowsReadForTheFirst(model, OPTIONS.withMaxBatchBytes(5 * 600), rows));
        assertEquals(2, rowsReadForTheFirst(model, OPTIONS.withMaxBatchBytes(1), rows));
        assertEquals(100, score(model, OPTIONS.withMaxBatchBytes(1), rows).size());
    }

    private int rowsReadForTheFirst(Model model, ScoringOptions options, List<ImageInput> rows) {
        AtomicInteger read = new AtomicInteger();
        try (ImageScorer scorer = ImageScorer.of(model, options, allocator)) {
            assertNull(scorer.score(rows.iterator(), row -> {
                        read.incrementAndGet();
                        return row;
                    })
                    .next()
                    .score()
                    .error());
        }
        return read.get();
    }

    @Test
    void activatesUnlessTheModelHasDoneSo() {
        List<ImageInput> rows = List.of(colour(1, 3, 2, 2, 2));
        ScoringOptions auto = OPTIONS.withActivation(Activation.AUTO).withTopK(5);
        ImageScore softmax =
                score(TestModels.channelMeans("N", 3, "H", "W"), auto, rows).get(0);
        assertArrayEquals(new int[] {1, 2, 0}, softmax.topIndices());
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
        assertEquals(Math.exp(3) / sum, softmax.topProbabilities()[0], 1e-6);
        assertEquals(Math.exp(2) / sum, softmax.topProbabilities()[1], 1e-6);
        assertEquals(Math.exp(1) / sum, softmax.topProbabilities()[2], 1e-6);
        assertEquals(
                softmax,
                score(TestModels.channelMeansThrough("Softmax"), auto, rows).get(0));
        ImageScore sigmoid =
                score(TestModels.channelMeansThrough("Sigmoid"), auto, rows).get(0);
        assertEquals(1 / (1 + Math.exp(-3)), sigmoid.probability(), 1e-6);
        ImageScore twice = score(
                        TestModels.channelMeansThrough("Softmax"), auto.withActivation(Activation.SOFTMAX), rows)
                .get(0);
        assertTrue(twice.probability() < softmax.probability());
        assertEquals(
                3f,
                score(TestModels.channelMeans("N", 3, "H", "W"), auto.withActivation(Activation.NONE), rows)
                        .get(0)
                        .probability());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Identity", "Dropout", "Flatten"})
    void activatesNotAgainWhatIsOnlyPassedOn(String last) {
        List<ImageInput> rows = List.of(colour(1, 3, 2, 2, 2));
        ScoringOptions auto = OPTIONS.withActivation(Activation.AUTO).withTopK(3);
        for (String activation : List.of("Softmax", "Sigmoid")) {
            assertEquals(
                    score(TestModels.channelMeansThrough(activation), auto, rows),
                    score(TestModels.channelMeansThrough(activation, last), auto, rows));
        }
        assertEquals(
                score(TestModels.channelMeans("N", 3, "H", "W"), auto, rows),
                score(TestModels.channelMeansThrough("Identity", last), auto, rows));
    }

    @Test
    void countsClassesInTheSecondDimension() {
        for (Model model : List.of(TestModels.channelMeans("N", 3, "H", "W"), TestModels.pooledChannelMeans())) {
            try (ImageScorer scorer = ImageScorer.of(model, OPTIONS, allocator)) {
                assertEquals(OptionalInt.of(3), scorer.classes());
            }
        }
    }

    @Test
    void givesTiesToTheLowerIndex() {
        Model model = TestModels.channelMeans("N", 3, "H", "W");
        ImageScore equal = score(model, OPTIONS.withTopK(2), List.of(colour(7, 7, 7, 2, 2)))
                .get(0);
        assertArrayEquals(new int[] {0, 1}, equal.topIndices());
        ImageScore two = score(model, OPTIONS.withTopK(3), List.of(colour(5, 7, 7, 2, 2)))
                .get(0);
        assertArrayEquals(new int[] {1, 2, 0}, two.topIndices());
    }

    @Test
    void rejectsModelsThatDoNotMapImagesToClasses() {
        assertUnfit("it takes 2 inputs", TestModels.twoInputs());
        assertUnfit("its input 'x' is FLOAT32[N,8]", TestModels.vectorInput());
        assertUnfit("its output 'y' is FLOAT32[N,3,8,8]", TestModels.image());
    }

    private void assertUnfit(String part, Model model) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> ImageScorer.of(model, OPTIONS, allocator));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    @Test
    void letsTheInputsOwnFailureThroughAndFreesEverything() {
        IllegalStateException lost = new IllegalStateException("connection lost");
        Iterator<ImageInput> rows = new Iterator<>() {
            private int read;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public ImageInput next() {
                if (read++ == 5) {
                    throw lost;
                }
                return colour(1, 2, 3, 4, 4);
            }
        };
        try (ImageScorer scorer =
                ImageScorer.of(TestModels.channelMeans("N", 3, "H", "W"), OPTIONS.withBatchSize(3), allocator)) {
            Iterator<Scored<ImageInput>> scored = scorer.score(rows, row -> row);
            for (int i = 0; i < 3; i++) {
                scored.next();
            }
            assertSame(lost, assertThrows(IllegalStateException.class, scored::next));
        }
    }

    @Test
    void saysThatItHasBeenClosed() {
        ImageScorer scorer = ImageScorer.of(TestModels.channelMeans("N", 3, "H", "W"), OPTIONS, allocator);
        Iterator<Scored<ImageInput>> scored =
                scorer.score(List.of(colour(1, 2, 3, 4, 4)).iterator(), row -> row);
        scorer.close();
        scorer.close();
        assertThrows(IllegalStateException.class, scored::next);
    }

    @Test
    void appliesTheLimitToEveryRow() {
        Preprocessing small = RAW.withResize(Resize.shorterSide(4)).withCrop(Crop.square(4));
        ScoringOptions options = OPTIONS.withPreprocessing(small).withLimits(new ImageLimits(43 * 29 - 1));
        ImageInput image = new ImageInput.Encoded(PillowSamples.image("rgb.png"));
        String error = String.valueOf(score(TestModels.channelMeans("N", 3, "H", "W"), options, List.of(image))
                .get(0)
                .error());
        assertTrue(error.contains("43x29 = 1247 pixels, more than the limit of 1246"), error);
    }

    private List<ImageScore> score(Model model, ScoringOptions options, List<ImageInput> rows) {
        try (ImageScorer scorer = ImageScorer.of(model, options, allocator)) {
            List<ImageScore> scores = new ArrayList<>();
            Iterator<Scored<ImageInput>> scored = scorer.score(rows.iterator(), row -> row);
            while (scored.hasNext()) {
                Scored<ImageInput> next = scored.next();
                assertSame(rows.get(scores.size()), next.row());
                scores.add(next.score());
            }
            assertEquals(rows.size(), scores.size());
            return scores;
        }
    }

    private static int indexOf(ImageScore score, int index) {
        for (int i = 0; i < score.topIndices().length; i++) {
            if (score.topIndices()[i] == index) {
                return i;
            }
        }
        throw new AssertionError("no class " + index + " in " + score);
    }

    private static ImageInput colour(int red, int green, int blue, int width, int height) {
        byte[] data = new byte[width * height * 3];
        for (int i = 0; i < data.length; i += 3) {
            data[i] = (byte) red;
            data[i + 1] = (byte) green;
            data[i + 2] = (byte) blue;
        }
        return new ImageInput.Decoded(new Pixels(width, height, 3, data));
    }
}

package dev.lanewise.arrow.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.Model;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScoringOutputsTest {

    private static final ScoringOptions OPTIONS =
            ScoringOptions.of(Preprocessing.preset("raw")).withActivation(Activation.NONE);
    private static final ImageInput IMAGE = new ImageInput.Decoded(new Pixels(1, 1, 3, new byte[] {30, 10, 20}));

    private final RootAllocator allocator = new RootAllocator();

    @AfterEach
    void leavesNoMemoryAllocated() {
        assertEquals(0, allocator.getAllocatedMemory());
        allocator.close();
    }

    @Test
    void givesTheProbabilitiesOfAllClassesWhereTheyAreWanted() {
        Model model = TestModels.channelMeans("N", 3, "H", "W");
        ImageScore all = score(model, OPTIONS.withOutputs(new ScoringOutputs(true, true, List.of())), IMAGE);
        assertArrayEquals(new float[] {30, 10, 20}, all.probabilities());
        assertEquals(0, all.prediction());
        assertEquals(0, score(model, OPTIONS, IMAGE).probabilities().length);
    }

    @Test
    void givesValuesFromWithinTheNetwork() {
        Model model = TestModels.channelMeansThrough("Neg");
        ImageScore both =
                score(model, OPTIONS.withOutputs(new ScoringOutputs(true, false, List.of("flat", "y"))), IMAGE);
        assertArrayEquals(new float[] {30, 10, 20}, both.values().get(0));
        assertArrayEquals(new float[] {-30, -10, -20}, both.values().get(1));
        assertEquals(-10f, both.probability());
    }

    @Test
    void givesValuesOfANetworkThatHasNoClasses() {
        byte[] pixels = new byte[8 * 8 * 3];
        Arrays.fill(pixels, (byte) 7);
        ImageScore score = score(
                TestModels.image(),
                OPTIONS.withOutputs(ScoringOutputs.values(List.of("y"))),
                new ImageInput.Decoded(new Pixels(8, 8, 3, pixels)));
        assertNull(score.error());
        assertEquals(-1, score.prediction());
        assertEquals(8 * 8 * 3, score.values().get(0).length);
        assertEquals(7f, score.values().get(0)[100]);
    }

    @Test
    void refusesValuesThatTheNetworkHasNot() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ImageScorer.of(
                                TestModels.channelMeans("N", 3, "H", "W"),
                                OPTIONS.withOutputs(ScoringOutputs.values(List.of("embedding"))),
                                allocator))
                .getMessage();
        assertTrue(message.contains("no value named 'embedding'"), message);
    }

    @Test
    void takesWhatTheNetworkReadsAsItIs() {
        Model model = TestModels.channelMeans("N", 3, 1, 2);
        float[] planes = {1.5f, 2.5f, -1, 1, 8, 10};
        assertArrayEquals(
                new float[] {9, 2, 0},
                score(model, OPTIONS.withTopK(3), new ImageInput.Values(planes)).topProbabilities());
        assertEquals(
                "there are 5 values, but the model's input takes 6",
                score(model, OPTIONS, new ImageInput.Values(new float[5])).error());
        assertEquals(
                "the model leaves the size of its input open, so that 6 values have no shape",
                score(TestModels.channelMeans("N", 3, "H", "W"), OPTIONS, new ImageInput.Values(planes))
                        .error());
    }

    @Test
    void stopsSoonOnceItIsCancelled() {
        AtomicInteger asked = new AtomicInteger();
        try (ImageScorer scorer = ImageScorer.of(
                TestModels.channelMeans("N", 3, "H", "W"), OPTIONS, allocator, () -> asked.incrementAndGet() > 1)) {
            assertThrows(CancellationException.class, () -> scorer.score(IMAGE));
            assertEquals(2, asked.get());
        }
    }

    @Test
    void countsWhatItDoes() {
        try (ImageScorer scorer =
                ImageScorer.of(TestModels.channelMeans("N", 3, "H", "W"), OPTIONS.withBatchSize(2), allocator)) {
            List<ImageInput> rows = List.of(IMAGE, new ImageInput.Missing("nothing"), IMAGE);
            scorer.score(rows.iterator(), row -> row).forEachRemaining(scored -> {});
            assertEquals(3, scorer.counters().images());
            assertEquals(1, scorer.counters().invalid());
            assertEquals(2, scorer.counters().batches());
            assertTrue(scorer.counters().decodeNanos() > 0);
            assertTrue(scorer.counters().packNanos() > 0);
            assertTrue(scorer.counters().inferNanos() > 0);
        }
    }

    private ImageScore score(Model model, ScoringOptions options, ImageInput image) {
        try (ImageScorer scorer = ImageScorer.of(model, options, allocator)) {
            return scorer.score(image);
        }
    }
}

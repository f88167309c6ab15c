package dev.lanewise.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.model.PeerAlone;
import dev.lanewise.benchmarks.model.SmallNetworks;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtScorerTest {

    @TempDir
    private Path folder;

    @Test
    void theNextTaskFindsTheBuffersAndNothingOfTheirValues() throws IOException {
        String file = SmallNetworks.classifier(folder).toString();
        OrtScorer first = OrtScorer.open(file);
        OrtScorer beside = OrtScorer.open(file);
        assertNotSame(first, beside, "two tasks at a time");
        float[] dark = score(first, 0.25f);
        float[] bright = score(beside, 1);
        first.close();

        OrtScorer next = OrtScorer.open(file);
        assertSame(first, next);
        assertArrayEquals(bright, score(next, 1));
        assertEquals(20, bright.length);
        assertTrue(!Arrays.equals(dark, bright), Arrays.toString(dark));
    }

    @Test
    void thePeerAloneTakesSomeTimeForAnImage() throws IOException {
        double millis = PeerAlone.millis(SmallNetworks.classifier(folder), 8);
        assertTrue(millis > 0 && millis < 1000, millis + " ms");
    }

    private static float[] score(OrtScorer scorer, float value) {
        float[] pixels = new float[2 * 3 * 16 * 16];
        Arrays.fill(pixels, value);
        scorer.put(FloatTensor.of(Shape.of(2, 3, 16, 16), pixels));
        return scorer.run(2);
    }
}

package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example network is right about as many of the example images as its training framework says. */
class FashionMnistTest {

    private static final int IMAGES = 1000;
    private static final int CLASSES = 10;
    private static final int RIGHT = 929;

    @Test
    void classifiesExactlyAsManyImagesRightAsInTraining() throws IOException {
        int[] labels = FashionMnist.labels(IMAGES);
        Tensor logits = Model.load(FashionMnist.MODEL)
                .run(Map.of("input", FashionMnist.images(IMAGES)))
                .get("logits");
        assertNotNull(logits);
        int right = 0;
        for (int image = 0; image < IMAGES; image++) {
            int best = 0;
            for (int label = 1; label < CLASSES; label++) {
                if (logits.doubleAt(image * CLASSES + label) > logits.doubleAt(image * CLASSES + best)) {
                    best = label;
                }
            }
            right += best == labels[image] ? 1 : 0;
        }
        assertEquals(RIGHT, right);
    }
}

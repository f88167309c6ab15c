package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.FloatTensor;

/** Compares outputs. */
final class Agreement {

    /** The largest difference from a reference that counts as agreement, relative to the reference's largest element. */
    static final double TOLERANCE = 1e-4;

    private Agreement() {}

    /** The largest difference of two elements, relative to the largest element of the reference. */
    static double difference(FloatTensor reference, FloatTensor actual) {
        assertEquals(reference.shape(), actual.shape());
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < reference.data().length; i++) {
            float element = actual.data()[i];
            assertTrue(Float.isFinite(element), () -> "element " + element);
            difference = Math.max(difference, Math.abs((double) reference.data()[i] - element));
            largest = Math.max(largest, Math.abs(reference.data()[i]));
        }
        return difference / largest;
    }
}

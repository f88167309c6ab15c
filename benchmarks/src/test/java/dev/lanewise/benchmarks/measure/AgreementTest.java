package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class AgreementTest {

    @Test
    void seesWhatDiffers() {
        assertEquals(-1, Agreement.firstDifferentBits(new float[] {1, Float.NaN}, new float[] {1, Float.NaN}));
        assertEquals(1, Agreement.firstDifferentBits(new float[] {1, 0f}, new float[] {1, -0f}));
        assertEquals(0.25, Agreement.largestDifference(new float[] {-4, 1}, new float[] {-4, 2}));
        assertFalse(Agreement.largestDifference(new float[] {1}, new float[] {Float.NaN}) < 1);
        assertThrows(IllegalArgumentException.class, () -> Agreement.firstDifferentBits(new float[1], new float[2]));
    }
}

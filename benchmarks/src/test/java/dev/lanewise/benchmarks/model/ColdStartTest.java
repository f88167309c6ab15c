package dev.lanewise.benchmarks.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ColdStartTest {

    private final double[] times = new double[ColdStart.IMAGES];

    @Test
    void countsTheImagesBeforeThoseAtFullSpeed() {
        Arrays.fill(times, 10);
        Arrays.fill(times, 0, 7, 14);
        times[0] = 5_000;

        assertEquals(7, ColdStart.imagesToFullSpeed(times));
    }

    @Test
    void oneQuickImageIsNotFullSpeedYet() {
        Arrays.fill(times, 10);
        Arrays.fill(times, 0, 12, 14);
        times[4] = 10;

        assertEquals(12, ColdStart.imagesToFullSpeed(times));
    }

    @Test
    void imagesThatWereHeldUpLaterDoNotCount() {
        Arrays.fill(times, 10);
        times[0] = 5_000;
        times[2] = 30;
        times[37] = 500;

        assertEquals(1, ColdStart.imagesToFullSpeed(times));
    }

    @Test
    void aNetworkThatGetsFasterToTheEndIsSlowUntilThen() {
        for (int i = 0; i < times.length; i++) {
            times[i] = 1_000 / (i + 1.0);
        }
        // Full speed is the median of the last ten, 1000/36; from the 33rd image on they take at most 1.1 times as
        // long.
        assertEquals(32, ColdStart.imagesToFullSpeed(times));
    }
}

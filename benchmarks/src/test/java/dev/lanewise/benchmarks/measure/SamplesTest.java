package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void medianIsTheMiddleOne() {
        assertEquals(3, Samples.of(9, 1, 3).median());
        assertEquals(2.5, Samples.of(9, 1, 3, 2).median());
        assertEquals(7, Samples.of(7).median());
    }

    @Test
    void bestIsTheLeast() {
        assertEquals(1, Samples.of(9, 1, 3).best());
    }

    @Test
    void medianOfRatiosIsNotTheRatioOfMedians() {
        Samples theirs = Samples.of(10, 40, 60);
        Samples ours = Samples.of(5, 4, 20);
        // Ratios 2, 10, 3; medians 40 and 5.
        assertEquals(3, theirs.over(ours).median());
    }

    @Test
    void differencesAndFactorsGoByRound() {
        Samples eighth = Samples.of(90, 100).minus(Samples.of(10, 12)).times(1.0 / 8);
        assertEquals(10, eighth.at(0));
        assertEquals(11, eighth.at(1));
    }

    @Test
    void refusesToCompareDifferentNumbersOfRounds() {
        Samples three = Samples.of(1, 2, 3);
        Samples two = Samples.of(1, 2);
        assertThrows(IllegalArgumentException.class, () -> three.over(two));
        assertThrows(IllegalArgumentException.class, Samples::of);
    }
}

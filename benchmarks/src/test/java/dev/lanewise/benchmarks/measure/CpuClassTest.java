package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CpuClassTest {

    @Test
    void hasAName() {
        assertFalse(CpuClass.here().name().isBlank());
    }

    @Test
    void remembersWhatACpuHasShown() {
        assertEquals(103, new CpuClass("AuthenticAMD-25-1").knownPeak(256).orElseThrow(), 5);
        assertTrue(new CpuClass("AuthenticAMD-25-1").knownPeak(512).isEmpty());
        assertTrue(new CpuClass("abacus").knownPeak(256).isEmpty());
    }
}

package dev.lanewise.kernels.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class VectorWidthTest {

    @Test
    void isKnownWhereTheModuleIs() {
        assertTrue(VectorWidth.preferred().isPresent());
    }

    @Test
    void narrowsToABlock() {
        assertEquals(VectorWidth.BITS_256, VectorWidth.BITS_512.atMost(8));
        assertEquals(VectorWidth.BITS_128, VectorWidth.BITS_256.atMost(4));
        assertEquals(VectorWidth.BITS_256, VectorWidth.BITS_256.atMost(16));
        assertEquals(Optional.of(VectorWidth.BITS_128), VectorWidth.BITS_256.narrower());
        assertEquals(Optional.empty(), VectorWidth.BITS_128.narrower());
    }

    @Test
    void refusesWidthsThatNoVectorHas() {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> VectorWidth.ofBits(64));
        assertEquals("vectors have 128, 256 or 512 bits, not 64", failure.getMessage());
    }
}

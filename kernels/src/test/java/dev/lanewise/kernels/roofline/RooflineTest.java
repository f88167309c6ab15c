package dev.lanewise.kernels.roofline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import org.junit.jupiter.api.Test;

class RooflineTest {

    @Test
    void everyLoopDoesItsProducts() {
        for (int accumulators : FmaLoop.ACCUMULATORS) {
            double expected = 0;
            for (int i = 0; i < accumulators; i++) {
                float a = i;
                for (int trip = 0; trip < 100; trip++) {
                    a = Math.fma(0.999f, 0.001f, a);
                }
                expected += 4 * a;
            }
            float sum = FmaLoop.of(VectorWidth.BITS_128, accumulators).run(100);
            assertEquals(expected, sum, 1e-4 * expected, accumulators + " accumulators");
        }
    }

    @Test
    void readsEveryElementOfWholeTurns() {
        float[] data = new float[3 * ReadLoop.VECTORS * 4 + 1];
        int sum = 0;
        for (int i = 0; i < data.length; i++) {
            data[i] = i;
            sum += i < data.length - 1 ? i : 0;
        }
        assertEquals(sum, ReadLoop.of(VectorWidth.BITS_128).run(data, data.length));
    }

    @Test
    void takesTheLongerOfBoth() {
        Roofline roofline = new Roofline(100, 10);
        // 2 MFLOP take 20 us, 300 KB 30 us.
        assertEquals(30, roofline.leastMicros(1_000_000, 300_000), 1e-9);
        assertTrue(roofline.limitedByMemory(1_000_000, 300_000));
        assertEquals(20, roofline.leastMicros(1_000_000, 100_000), 1e-9);
        assertFalse(roofline.limitedByMemory(1_000_000, 100_000));
    }

    @Test
    void measuresFiguresThatAMachineCanHave() {
        Roofline roofline = Roofline.measure(VectorWidth.preferred().orElseThrow(), 1 << 20);
        assertTrue(roofline.gigaflops() > 0 && roofline.gigaflops() < 10_000, roofline.toString());
        assertTrue(roofline.gigabytesPerSecond() > 0 && roofline.gigabytesPerSecond() < 10_000, roofline.toString());
    }
}

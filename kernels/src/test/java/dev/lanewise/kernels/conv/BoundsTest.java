package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.workload.Activation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundsTest {

    @Test
    void describeActivationsThatOnlyLimit() {
        assertEquals(Optional.of(Bounds.NONE), Bounds.of(new Activation.None()));
        assertEquals(Optional.of(new Bounds(0, Float.POSITIVE_INFINITY)), Bounds.of(new Activation.Relu()));
        assertEquals(Optional.of(new Bounds(0, 6)), Bounds.of(new Activation.Clip(0, 6)));
    }

    @Test
    void leaveZerosOfTheLosingSignToTheActivationItself() {
        assertEquals(Optional.empty(), Bounds.of(new Activation.Clip(-0f, 6)));
        assertEquals(Optional.empty(), Bounds.of(new Activation.Clip(-6, 0)));
        assertEquals(Optional.empty(), Bounds.of(new Activation.Clip(Float.NaN, 6)));
    }

    @Test
    void doNotDescribeActivationsThatCompute() {
        assertEquals(Optional.empty(), Bounds.of(new Activation.LeakyRelu(0.1f)));
        assertEquals(Optional.empty(), Bounds.of(new Activation.Sigmoid()));
    }
}

package dev.lanewise.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorComparisonTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1.0009, true",
        "1, 1.0011, false",
        "1000, 1000.9, true",
        "-1, 1, false",
        "0, 0.9e-7, true",
        "0, 2e-7, false",
        "NaN, NaN, true",
        "NaN, 0, false",
        "0, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false",
        "Infinity, 3e38, false",
        "3e38, Infinity, false"
    })
    void judgesFloats(float expected, float actual, boolean same) {
        assertEquals(
                same,
                TensorComparison.difference(FloatTensor.scalar(expected), FloatTensor.scalar(actual))
                        .isEmpty());
    }

    @Test
    void comparesIntegersForEquality() {
        assertEquals(
                Optional.of("differs in 1 of 2 elements, first at index 1: 9007199254740993, not 9007199254740992"),
                TensorComparison.difference(
                        LongTensor.of(Shape.of(2), 5, 9007199254740992L),
                        LongTensor.of(Shape.of(2), 5, 9007199254740993L)));
    }
}

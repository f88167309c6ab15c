package dev.lanewise.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.ElementType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BroadcastingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "",
            value = {
                "N 3 224 224; N 3 224 224; N 3 224 224",
                "N 64 H W; 64 1 1; N 64 H W",
                "1 64; N 64; N 64",
                "N 1; M; N M",
                "N 4; M 1; ? 4",
                "N; 3; 3",
                "2 N; 2 N; 2 N",
                "0 3; 1 3; 0 3"
            })
    void findsTheCommonDimensions(String a, String b, String expected) {
        List<Dimension> common = Broadcasting.dimensions(dimensions(a), dimensions(b));
        assertEquals(
                expected,
                String.join(" ", common.stream().map(Dimension::toString).toList()));
        List<Dimension> mirrored = Broadcasting.dimensions(dimensions(b), dimensions(a));
        assertEquals(
                expected,
                String.join(" ", mirrored.stream().map(Dimension::toString).toList()));
    }

    @Test
    void rejectsKnownSizesThatDiffer() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> Broadcasting.dimensions(dimensions("N 3"), dimensions("N 4")));
        assertEquals("dimensions [N, 3] and [N, 4] do not broadcast", error.getMessage());
    }

    @Test
    void knowsNothingOfOperandsOfUnknownRank() {
        ValueFact unknown = ValueFact.of(TensorType.unknownRank(ElementType.FLOAT32));
        ValueFact known = ValueFact.of(ElementType.FLOAT32, dimensions("N 3"));
        assertNull(Broadcasting.dimensions(List.of(known, unknown)));
        assertFalse(Dimension.unknown().equals(Dimension.unknown()));
    }

    static List<Dimension> dimensions(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(" ", -1))
                        .map(size -> Character.isLetter(size.charAt(0))
                                ? Dimension.symbol(size)
                                : Dimension.of(Long.parseLong(size)))
                        .toList();
    }
}

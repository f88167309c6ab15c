package dev.lanewise.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.lowering.Paddings.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddingsTest {

    private static final Padding ONE = new Padding(1, 1, 1, 1);

    @Test
    void isNoneWhereNobodyWantsAny() {
        assertEquals(Padding.NONE, new Paddings(List.of()).of("x"));
    }

    @Test
    void isTheWidestOfAllReadersOnEachSide() {
        Paddings paddings = new Paddings(List.of());
        paddings.want("x", new Padding(0, 3, 1, 0));
        paddings.want("x", new Padding(2, 1, 1, 0));
        assertEquals(new Padding(2, 3, 1, 0), paddings.of("x"));
    }

    @Test
    void isTheSameForAllPartsOfAConcatenation() {
        Paddings paddings = new Paddings(List.of(
                new LoweredNode.Concat("inner", List.of("a", "b"), "ab"),
                new LoweredNode.Concat("outer", List.of("ab", "c"), "abc")));
        paddings.want("b", ONE);
        for (String value : List.of("a", "b", "c", "ab", "abc")) {
            assertEquals(ONE, paddings.of(value), value);
        }
    }

    @Test
    void isTheSameForViewsOfOneMemory() {
        Paddings paddings = new Paddings(List.of(
                new LoweredNode.Part("part", 0, "x", "left"),
                new LoweredNode.Relabel("shuffle", new int[] {0, 1}, "left", "shuffled"),
                new LoweredNode.View("view", "shuffled", "viewed")));
        paddings.want("viewed", ONE);
        assertEquals(ONE, paddings.of("x"));
    }

    @Test
    void isEachImagesOwnWhereValuesAreCopied() {
        Paddings paddings =
                new Paddings(List.of(new LoweredNode.PoolImages("pool", GlobalPooling.Function.MAX, "x", "y")));
        paddings.want("x", ONE);
        assertEquals(Padding.NONE, paddings.of("y"));
    }
}

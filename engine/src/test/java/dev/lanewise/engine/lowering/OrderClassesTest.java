package dev.lanewise.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderClassesTest {

    private static final int[] ROTATED = {1, 2, 0};

    private final OrderClasses classes = new OrderClasses();

    OrderClassesTest() {
        for (String value : List.of("a", "b", "c", "d")) {
            classes.add(value, 3);
        }
    }

    @Test
    void keepsValuesApartUntilTheyAreJoined() {
        assertNotEquals(classes.root("a"), classes.root("b"));
        assertTrue(classes.union("a", "b"));
        assertEquals(classes.root("a"), classes.root("b"));
        assertNotEquals(classes.root("a"), classes.root("c"));
    }

    @Test
    void composesPermutationsAlongAChain() {
        classes.union("a", "b", ROTATED);
        classes.union("b", "c", ROTATED);
        assertEquals("c", classes.root("a"));
        assertArrayEquals(new int[] {2, 0, 1}, classes.inRoot("a"));
        assertArrayEquals(ROTATED, classes.inRoot("b"));
    }

    @Test
    void joinsTwoClassesInTheMiddle() {
        classes.union("a", "b", ROTATED);
        classes.union("c", "d", ROTATED);
        // Channel 0 of a is channel 2 of c, so that is channel 0 of d: as are channels 1 of b.
        assertTrue(classes.union("a", "c", new int[] {2, 0, 1}));
        assertEquals("d", classes.root("b"));
        assertArrayEquals(new int[] {0, 1, 2}, classes.inRoot("a"));
        assertArrayEquals(new int[] {2, 0, 1}, classes.inRoot("b"));
    }

    @Test
    void tellsAContradictionAndChangesNothing() {
        assertTrue(classes.union("a", "b", ROTATED));
        assertTrue(classes.union("a", "b", ROTATED));
        assertTrue(classes.union("b", "a", OrderClasses.inverse(ROTATED)));
        assertFalse(classes.union("a", "b"));
        assertArrayEquals(ROTATED, classes.inRoot("a"));
    }

    @Test
    void relabelsAllButEmptySlots() {
        ChannelOrder order = ChannelOrder.of(4, new int[] {2, ChannelOrder.EMPTY, 0, 1});
        assertEquals(ChannelOrder.of(4, new int[] {0, ChannelOrder.EMPTY, 1, 2}), OrderClasses.relabel(order, ROTATED));
    }

    @Test
    void refusesAValueThatItDoesNotKnow() {
        assertThrows(IllegalStateException.class, () -> classes.root("e"));
    }

    @Test
    void followsAChainOfAnyLength() {
        for (int value = 0; value <= 30_000; value++) {
            classes.add("v" + value, 3);
        }
        for (int value = 0; value < 30_000; value++) {
            classes.union("v" + value, "v" + (value + 1), ROTATED);
        }
        assertEquals("v30000", classes.root("v0"));
        assertArrayEquals(new int[] {0, 1, 2}, classes.inRoot("v0"));
        assertArrayEquals(ROTATED, classes.inRoot("v2"));
    }

    /** Values are numbered from one hidden order each; whatever is joined first, their numbers agree with it. */
    @Test
    void findsTheHiddenNumbersWhateverTheOrderOfJoining() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int channels = 7;
        List<int[]> hidden = new ArrayList<>();
        OrderClasses many = new OrderClasses();
        for (int value = 0; value < 12; value++) {
            List<Integer> numbers =
                    new ArrayList<>(IntStream.range(0, channels).boxed().toList());
            Collections.shuffle(numbers, random);
            hidden.add(numbers.stream().mapToInt(Integer::intValue).toArray());
            many.add("v" + value, channels);
        }
        for (int join = 0; join < 40; join++) {
            int one = random.nextInt(hidden.size());
            int other = random.nextInt(hidden.size());
            assertTrue(many.union("v" + one, "v" + other, fromTo(hidden.get(one), hidden.get(other))), "seed " + seed);
        }
        for (int one = 0; one < hidden.size(); one++) {
            int root = Integer.parseInt(many.root("v" + one).substring(1));
            assertArrayEquals(
                    fromTo(hidden.get(one), hidden.get(root)), many.inRoot("v" + one), "seed " + seed + ", v" + one);
        }
    }

    /** From one value's numbers for the hidden channels to another's. */
    private static int[] fromTo(int[] one, int[] other) {
        int[] numbers = new int[one.length];
        for (int channel = 0; channel < one.length; channel++) {
            numbers[one[channel]] = other[channel];
        }
        return numbers;
    }
}

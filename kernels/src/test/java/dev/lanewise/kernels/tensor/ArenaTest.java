package dev.lanewise.kernels.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaTest {

    @Test
    void givesOutMultiplesOf64Bytes() {
        Arena arena = Arena.allocate(100);
        assertEquals(112, arena.capacity());
        assertEquals(arena.base(), arena.take(1));
        assertEquals(arena.base() + 16, arena.take(16));
        assertEquals(arena.base() + 32, arena.take(17));
        assertEquals(arena.base() + 64, arena.take(0));
        assertEquals(64, arena.taken());
        assertEquals(arena.base() + 64, arena.take(48));
        assertTrue(arena.data().length >= arena.base() + arena.capacity());
    }

    @Test
    void refusesMoreThanIsLeft() {
        Arena arena = Arena.allocate(64);
        arena.take(20);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> arena.take(33));
        assertEquals("cannot take 33 floats from an arena that has 32 of its 64 left", refused.getMessage());
        assertEquals(32, arena.taken());
        assertThrows(IllegalArgumentException.class, () -> arena.take(-1));
        assertThrows(IllegalArgumentException.class, () -> arena.take(Integer.MAX_VALUE));
        assertEquals(arena.base() + 32, arena.take(32));
        assertThrows(IllegalArgumentException.class, () -> arena.take(1));
    }

    @Test
    void startsAgainAfterAReset() {
        Arena arena = Arena.allocate(32);
        int index = arena.take(32);
        arena.data()[index] = 5;
        arena.reset();
        assertEquals(index, arena.take(16));
        assertEquals(5, arena.data()[index]);
        arena.clear();
        assertEquals(0, arena.data()[index]);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MAX_VALUE, Integer.MAX_VALUE - 8})
    void refusesWhatNoArrayHolds(int floats) {
        String message = assertThrows(IllegalArgumentException.class, () -> Arena.allocate(floats))
                .getMessage();
        assertTrue(message.contains("not " + floats), message);
    }

    @ParameterizedTest
    @CsvSource({"true,true,25,12", "false,true,17,16", "false,true,25,16", "false,false,17,24", "false,false,25,20"})
    void knowsTheHeadersOfArrays(boolean compact, boolean compressed, int version, int bytes) {
        assertEquals(bytes, HeapLayout.arrayHeader(compact, compressed, version));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 1 << 20, 3_000_017})
    void beginsOnACacheLine(int floats) throws Exception {
        assumeTrue(HeapLayout.floatsThatDoNotMove() > 0, "the collector is not G1");
        Addresses addresses = new Addresses();
        Arena arena = Arena.allocate(floats);
        assertEquals(0, addresses.of(arena.data(), arena.base()) % 64);
        System.gc();
        assertEquals(0, addresses.of(arena.data(), arena.base()) % 64);
    }

    /** Where objects lie, as far as one can tell: from an arbitrary but aligned origin. */
    private static final class Addresses {

        private final Object unsafe;
        private final Class<?> type;
        private final int shift;

        Addresses() throws Exception {
            type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            unsafe = field.get(null);
            // A reference of 32 bits counts bytes, or multiples of 8. Objects of 16 bytes, made in a row, show which.
            List<Long> references = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                references.add(reference(new Object()));
            }
            long least = Long.MAX_VALUE;
            for (int i = 1; i < references.size(); i++) {
                long distance = references.get(i) - references.get(i - 1);
                least = distance > 0 ? Math.min(least, distance) : least;
            }
            shift = offset("ARRAY_OBJECT_INDEX_SCALE") == 4 && least % 8 != 0 ? 3 : 0;
        }

        long of(float[] array, int index) throws Exception {
            return (reference(array) << shift) + offset("ARRAY_FLOAT_BASE_OFFSET") + (long) index * Float.BYTES;
        }

        private long reference(Object object) throws Exception {
            Object[] holder = {object};
            long at = offset("ARRAY_OBJECT_BASE_OFFSET");
            boolean narrow = offset("ARRAY_OBJECT_INDEX_SCALE") == 4;
            Object bits = type.getMethod(narrow ? "getInt" : "getLong", Object.class, long.class)
                    .invoke(unsafe, holder, at);
            return narrow ? ((Integer) bits) & 0xffffffffL : (Long) bits;
        }

        private long offset(String constant) throws Exception {
            return ((Number) type.getField(constant).get(null)).longValue();
        }
    }
}

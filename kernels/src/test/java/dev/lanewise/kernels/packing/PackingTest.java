package dev.lanewise.kernels.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PackingTest {

    /** What no element has: whatever must not be written keeps it. */
    private static final float UNTOUCHED = -7;

    /** No vectors and all of them; without the vector module, only none. */
    static Stream<Optional<VectorWidth>> widths() {
        Stream<VectorWidth> vectors =
                VectorWidth.preferred().stream().flatMap(any -> Arrays.stream(VectorWidth.values()));
        return Stream.concat(Stream.of(Optional.empty()), vectors.map(Optional::of));
    }

    /** Small enough for the slow 512-bit vectors of CPUs that have none; planes of 1 to 300 pixels in one or several parts. */
    @ParameterizedTest
    @MethodSource("widths")
    void movesEveryElementBetweenRandomLayouts(Optional<VectorWidth> width) {
        boolean slow = width.equals(Optional.of(VectorWidth.BITS_512));
        for (long seed = 0; seed < (slow ? 30 : 80); seed++) {
            Random random = new Random(seed);
            int channels = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(random.nextBoolean() ? 4 : 17);
            int imageWidth = 1 + random.nextInt(random.nextBoolean() ? 9 : 18);
            int batch = 1 + random.nextInt(2);
            BlockedLayout from = layout(random, batch, channels, height, imageWidth);
            BlockedLayout to = layout(random, batch, channels, height, imageWidth);
            String what = "seed " + seed + ", " + width + ": " + from + " to " + to;
            assertMoves(Packing.between(from, to, width), from, to, random, what);
        }
    }

    /** Parts of a plane, and rows too long for one. */
    @ParameterizedTest
    @CsvSource({"1, 128", "1, 129", "1, 255", "1, 257", "2, 300", "20, 20", "50, 7", "131, 3"})
    void movesLargePlanes(int height, int imageWidth) {
        Random random = new Random(height * 1000L + imageWidth);
        for (Optional<VectorWidth> width : widths().toList()) {
            if (width.equals(Optional.of(VectorWidth.BITS_512))) {
                continue;
            }
            for (int i = 0; i < 6; i++) {
                BlockedLayout from = layout(random, 1, 21, height, imageWidth);
                BlockedLayout to = layout(random, 1, 21, height, imageWidth);
                assertMoves(Packing.between(from, to, width), from, to, random, width + ": " + from + " to " + to);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void neverReadsOrWritesBeyondArraysThatJustFit(Optional<VectorWidth> width) {
        // The last channel in the first lanes of its block: vectors would reach furthest beyond the end.
        int[] slots = new int[16];
        Arrays.fill(slots, ChannelOrder.EMPTY);
        slots[0] = 1;
        slots[7] = 0;
        for (int block : new int[] {4, 8, 16}) {
            ChannelOrder order = ChannelOrder.of(
                    block, block == 4 ? new int[] {1, ChannelOrder.EMPTY, 0, -1} : Arrays.copyOf(slots, block));
            for (int columns : new int[] {1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 33}) {
                BlockedLayout rows = BlockedLayout.of(1, ChannelOrder.contiguous(2, 1), 1, columns);
                BlockedLayout blocked = BlockedLayout.of(1, order, 1, columns);
                String what = width + ", " + columns + " columns in " + order;
                float[] in = numbers(rows.size());
                float[] out = new float[blocked.size()];
                float[] back = new float[rows.size()];
                Packing.between(rows, blocked, width).run(in, 0, out, 0);
                Packing.between(blocked, rows, width).run(out, 0, back, 0);
                assertArrayEquals(in, back, what);
                BlockedLayout other = BlockedLayout.of(1, ChannelOrder.contiguous(2, 4), 1, columns);
                float[] reordered = new float[other.size()];
                Packing.between(blocked, other, width).run(out, 0, reordered, 0);
                Packing.between(other, rows, width).run(reordered, 0, back, 0);
                assertArrayEquals(in, back, what);
            }
        }
    }

    /** NaNs keep their payload, and zeros their sign: a copy computes nothing. */
    @ParameterizedTest
    @MethodSource("widths")
    void keepsTheBitsOfSpecialValues(Optional<VectorWidth> width) {
        BlockedLayout rows = BlockedLayout.of(1, ChannelOrder.contiguous(16, 1), 2, 4);
        BlockedLayout blocked = BlockedLayout.of(1, ChannelOrder.lanesOverGroups(16, 4, 4), 2, 4);
        int[] bits = {0x80000000, 0x7fc00123, 0xffc00001, 0x7f800000, 0xff800000, 1, 0x80000001, 0x7f7fffff};
        float[] in = new float[rows.size()];
        for (int i = 0; i < in.length; i++) {
            in[i] = Float.intBitsToFloat(bits[i % bits.length]);
        }
        float[] out = new float[blocked.size()];
        float[] back = new float[rows.size()];
        Packing.between(rows, blocked, width).run(in, 0, out, 0);
        Packing.between(blocked, rows, width).run(out, 0, back, 0);
        for (int i = 0; i < in.length; i++) {
            assertEquals(Float.floatToRawIntBits(in[i]), Float.floatToRawIntBits(back[i]), width + ", float " + i);
        }
    }

    @Test
    void movesInterleavedTensors() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int channels = 1 + random.nextInt(random.nextBoolean() ? 4 : 40);
            int height = 1 + random.nextInt(9);
            int width = 1 + random.nextInt(20);
            BlockedLayout layout = layout(random, 2, channels, height, width);
            String what = "seed " + seed + ": " + layout;
            float[] interleaved = numbers(3 + 2 * height * width * channels + 2);
            float[] blocked = new float[5 + layout.size()];
            Arrays.fill(blocked, UNTOUCHED);
            float[] expected = blocked.clone();
            clearEmptySlots(layout, expected, 5);
            int at = 3;
            for (int image = 0; image < 2; image++) {
                for (int pixel = 0; pixel < height * width; pixel++) {
                    for (int channel = 0; channel < channels; channel++) {
                        expected[5 + layout.offsetOfChannel(image, channel, pixel / width, pixel % width)] =
                                interleaved[at++];
                    }
                }
            }
            Packing.fromInterleaved(layout).run(interleaved, 3, blocked, 5);
            assertArrayEquals(expected, blocked, what);

            float[] back = new float[interleaved.length];
            Packing.toInterleaved(layout).run(blocked, 5, back, 3);
            float[] middle = interleaved.clone();
            Arrays.fill(middle, 0, 3, 0);
            Arrays.fill(middle, at, middle.length, 0);
            assertArrayEquals(middle, back, what);
        }
    }

    @Test
    void blocksMayBeMovedByDifferentThreads() {
        BlockedLayout from = BlockedLayout.of(3, ChannelOrder.contiguous(50, 1), 13, 11);
        BlockedLayout to = new BlockedLayout(3, ChannelOrder.groupAligned(50, 2, 16), 13, 11, 1, 1, 1, 1);
        for (Packing packing : List.of(Packing.between(from, to), Packing.between(to, from))) {
            float[] in = numbers(Math.max(from.size(), to.size()));
            float[] expected = new float[in.length];
            packing.run(in, 0, expected, 0);
            float[] out = new float[in.length];
            try (WorkerPool pool = new WorkerPool(2)) {
                pool.map(packing.blocks(), block -> {
                    packing.run(in, 0, out, 0, block, block + 1);
                    return block;
                });
            }
            assertEquals(12, packing.blocks());
            assertArrayEquals(expected, out);
        }
    }

    @Test
    void aBlockRangeWritesItsBlocksOnly() {
        BlockedLayout from = BlockedLayout.of(2, ChannelOrder.contiguous(12, 1), 3, 3);
        BlockedLayout to = BlockedLayout.of(2, ChannelOrder.contiguous(12, 4), 3, 3);
        float[] in = numbers(from.size());
        float[] all = new float[to.size()];
        Packing.between(from, to).run(in, 0, all, 0);
        float[] part = new float[to.size()];
        Packing.between(from, to).run(in, 0, part, 0, 2, 4);
        for (int i = 0; i < part.length; i++) {
            boolean moved = i >= to.offset(0, 2, 0, 0) && i < to.offset(1, 1, 0, 0);
            assertEquals(moved ? all[i] : 0, part[i], "float " + i);
        }
    }

    @Test
    void refusesOtherShapes() {
        BlockedLayout from = BlockedLayout.of(1, ChannelOrder.contiguous(8, 1), 3, 5);
        BlockedLayout to = BlockedLayout.of(1, ChannelOrder.contiguous(9, 8), 3, 5);
        String message = assertThrows(IllegalArgumentException.class, () -> Packing.between(from, to))
                .getMessage();
        assertEquals(
                "packing changes where a tensor's elements lie, not its shape: " + from.shape() + " to " + to.shape(),
                message);
    }

    @Test
    void refusesShortArraysAndBlocksThatAreNotThere() {
        BlockedLayout from = BlockedLayout.of(1, ChannelOrder.contiguous(6, 1), 2, 2);
        BlockedLayout to = BlockedLayout.of(1, ChannelOrder.contiguous(6, 4), 2, 2);
        Packing packing = Packing.between(from, to);
        assertRefused("the source takes elements 1 to 25 of an array that has 24", packing, 24, 1, 32, 0, 0, 2);
        assertRefused("the source takes elements -1 to 23 of an array that has 24", packing, 24, -1, 32, 0, 0, 2);
        assertRefused("the target takes elements 0 to 32 of an array that has 31", packing, 24, 0, 31, 0, 0, 2);
        assertRefused("blocks 0 to 3 are not among the 2 that there are", packing, 24, 0, 32, 0, 0, 3);
        assertRefused("blocks -1 to 1 are not among the 2 that there are", packing, 24, 0, 32, 0, -1, 1);
        assertRefused("blocks 2 to 1 are not among the 2 that there are", packing, 24, 0, 32, 0, 2, 1);
    }

    private static void assertRefused(
            String expected, Packing packing, int in, int inBase, int out, int outBase, int from, int to) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> packing.run(new float[in], inBase, new float[out], outBase, from, to));
        assertEquals(expected, refused.getMessage());
    }

    private static void assertMoves(Packing packing, BlockedLayout from, BlockedLayout to, Random random, String what) {
        int inBase = random.nextInt(3) * 12;
        int outBase = random.nextInt(3) * 12;
        // NaN where nothing is to be read from: padding and empty slots.
        float[] in = new float[inBase + from.size()];
        Arrays.fill(in, Float.NaN);
        float[] out = new float[outBase + to.size()];
        Arrays.fill(out, UNTOUCHED);
        float[] expected = out.clone();
        clearEmptySlots(to, expected, outBase);
        for (int image = 0; image < from.batch(); image++) {
            for (int channel = 0; channel < from.order().channels(); channel++) {
                for (int row = 0; row < from.height(); row++) {
                    for (int column = 0; column < from.width(); column++) {
                        float value = random.nextFloat();
                        in[inBase + from.offsetOfChannel(image, channel, row, column)] = value;
                        expected[outBase + to.offsetOfChannel(image, channel, row, column)] = value;
                    }
                }
            }
        }
        packing.run(in, inBase, out, outBase);
        assertArrayEquals(expected, out, what);
    }

    private static void clearEmptySlots(BlockedLayout layout, float[] data, int base) {
        for (int slot = 0; slot < layout.order().slots(); slot++) {
            if (layout.order().channel(slot) != ChannelOrder.EMPTY) {
                continue;
            }
            for (int image = 0; image < layout.batch(); image++) {
                for (int pixel = 0; pixel < layout.height() * layout.width(); pixel++) {
                    int row = pixel / layout.width();
                    int column = pixel % layout.width();
                    int lane = slot % layout.block();
                    data[base + layout.offset(image, slot / layout.block(), row, column) + lane] = 0;
                }
            }
        }
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i + 1;
        }
        return numbers;
    }

    private static BlockedLayout layout(Random random, int batch, int channels, int height, int width) {
        ChannelOrder order = order(random, channels);
        return random.nextBoolean()
                ? BlockedLayout.of(batch, order, height, width)
                : new BlockedLayout(
                        batch,
                        order,
                        height,
                        width,
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3));
    }

    private static ChannelOrder order(Random random, int channels) {
        int block = List.of(1, 4, 8, 16).get(random.nextInt(4));
        List<Integer> divisors = new ArrayList<>();
        for (int i = 1; i <= channels; i++) {
            if (channels % i == 0) {
                divisors.add(i);
            }
        }
        int groups = divisors.get(random.nextInt(divisors.size()));
        return switch (random.nextInt(4)) {
            case 0 -> ChannelOrder.contiguous(channels, block);
            case 1 -> ChannelOrder.groupAligned(channels, groups, block);
            case 2 -> ChannelOrder.lanesOverGroups(channels, groups, block);
            default -> shuffled(random, channels, block);
        };
    }

    private static ChannelOrder shuffled(Random random, int channels, int block) {
        int slots = (channels + random.nextInt(2 * block) + block - 1) / block * block;
        List<Integer> order = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            order.add(slot < channels ? slot : ChannelOrder.EMPTY);
        }
        Collections.shuffle(order, random);
        return ChannelOrder.of(
                block, order.stream().mapToInt(channel -> channel).toArray());
    }
}

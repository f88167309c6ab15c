package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.VectorWidths;
import dev.lanewise.kernels.conv.Schedule.BroadcastOrder;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WinogradTest {

    /** New ones at every run of the tests, printed where they fail. */
    private static final long FIRST_SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);

    private static final int WORKLOADS = Integer.getInteger("lanewise.test.workloads", 20);
    private static final int SCHEDULES_EACH = 2;
    private static final long MOST_MULTIPLY_ADDS = 10_000_000;
    private static final Window SAME = Window.square(3, 1, 1);

    static LongStream seeds() {
        return LongStream.range(0, WORKLOADS).map(i -> FIRST_SEED + i);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyScheduleGivesTheBitsOfTheReference(long seed) {
        for (VectorWidth width : VectorWidth.values()) {
            boolean fast = VectorWidths.isNative(width);
            RandomConvolution random = RandomConvolution.of(seed, workload(new Random(seed), !fast));
            float[] expected = ReferenceWinograd.convolve(
                    random.workload(), random.parameters(), random.input(), random.residual());
            ConvPlan plan = ConvPlan.winograd(random.workload());
            List<Schedule> schedules = Schedules.legal(plan, width);
            Random choice = new Random(seed);
            for (int i = 0; i < (fast ? SCHEDULES_EACH : 1); i++) {
                Schedule schedule = schedules.get(choice.nextInt(schedules.size()));
                Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
                for (int threads : new int[] {1, 2}) {
                    String what = random + " " + schedule.label() + " " + threads + " threads";
                    SameBits.assertSame(expected, random.run(convolution, threads), what);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theScalarFallbackIsTheReference(long seed) {
        RandomConvolution random = RandomConvolution.of(seed, workload(new Random(seed), false));
        float[] expected =
                ReferenceWinograd.convolve(random.workload(), random.parameters(), random.input(), random.residual());
        Convolution convolution = Convolution.scalar(ConvPlan.winograd(random.workload()), random.parameters());
        SameBits.assertSame(expected, random.run(convolution, 1), random.toString());
    }

    /** More padding than the tiles need, blocks of 8 in and 4 out, output padded, residual not. */
    @Test
    void layoutsMayDiffer() {
        ConvWorkload workload =
                new ConvWorkload(2, 40, 7, 10, 24, 2, SAME).with(new Epilogue(true, false, new Activation.Relu()));
        RandomConvolution random = RandomConvolution.of(7, workload);
        BlockedLayout input = new BlockedLayout(2, ChannelOrder.contiguous(40, 8), 7, 10, 2, 3, 4, 5);
        BlockedLayout output = new BlockedLayout(2, ChannelOrder.groupAligned(24, 2, 4), 7, 10, 1, 1, 1, 1);
        ConvPlan plan = new ConvPlan(workload, Algorithm.WINOGRAD, input, output);
        float[] expected = ReferenceWinograd.convolve(workload, random.parameters(), random.input(), null);
        for (Schedule schedule : Schedules.legal(plan, VectorWidth.BITS_256).subList(0, 3)) {
            Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
            SameBits.assertSame(expected, random.run(convolution, 1), schedule.label());
        }
    }

    /** 3x3 windows that Winograd suits, and smaller images that it computes too. */
    private static ConvWorkload workload(Random random, boolean tiny) {
        while (true) {
            ConvWorkload workload = draw(random, tiny ? 4 : 52, tiny ? 5 : 33);
            if (workload.multiplyAdds() < MOST_MULTIPLY_ADDS) {
                return workload;
            }
        }
    }

    private static ConvWorkload draw(Random random, int channels, int mostPixels) {
        int groups = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
        Window window = new Window(
                3, 3, 1, 1, 1, 1, random.nextInt(4), random.nextInt(4), 1 + random.nextInt(3), 1 + random.nextInt(3));
        Activation activation =
                random.nextBoolean() ? new Activation.Relu() : new Activation.Clip(random.nextFloat() - 1, 6);
        return new ConvWorkload(
                        1 + random.nextInt(2),
                        groups * (16 + random.nextInt(channels)),
                        pixels(random, mostPixels, window.padTop() + window.padBottom()),
                        pixels(random, mostPixels, window.padLeft() + window.padRight()),
                        groups * (16 + random.nextInt(channels)),
                        groups,
                        window)
                .with(random.nextInt(4) == 0 ? new Prologue(random.nextBoolean(), activation) : Prologue.NONE)
                .with(new Epilogue(random.nextBoolean(), random.nextInt(3) == 0, activation));
    }

    private static int pixels(Random random, int most, int padding) {
        int fewest = Math.max(1, 3 - padding);
        return fewest + random.nextInt(most - fewest + 1);
    }

    @Test
    void suitsWideEnoughLayersOfLargeEnoughImages() {
        assertTrue(ConvPlan.suitsWinograd(new ConvWorkload(1, 32, 8, 8, 32, 1, SAME)));
        assertTrue(ConvPlan.suitsWinograd(new ConvWorkload(1, 64, 28, 28, 64, 4, SAME)));
        assertTrue(ConvPlan.suitsWinograd(new ConvWorkload(1, 128, 14, 14, 128, 4, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 64, 14, 28, 64, 4, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 31, 8, 8, 32, 1, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 32, 8, 8, 31, 1, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 32, 7, 8, 32, 1, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 64, 14, 14, 64, 8, SAME)));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 64, 14, 14, 64, 1, Window.square(3, 2, 1))));
        assertFalse(ConvPlan.suitsWinograd(new ConvWorkload(1, 64, 14, 14, 64, 1, Window.square(1, 1, 0))));
    }

    @Test
    void theInputIsPaddedToWholeTiles() {
        ConvPlan plan = ConvPlan.winograd(new ConvWorkload(1, 32, 9, 12, 32, 1, SAME));
        assertEquals(new BlockedLayout(1, ChannelOrder.contiguous(32, 16), 9, 12, 1, 1, 4, 1), plan.input());
        BlockedLayout tooSmall = new BlockedLayout(1, plan.input().order(), 9, 12, 1, 1, 3, 1);
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvPlan(plan.workload(), Algorithm.WINOGRAD, tooSmall, plan.output()));
        assertTrue(refusal.getMessage().contains("1, 1, 4, 1"), refusal.getMessage());
    }

    @Test
    void refusesPlansThatAreNotWinograd() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ConvPlan.winograd(new ConvWorkload(1, 32, 9, 9, 32, 1, Window.square(3, 2, 1))));
        ConvPlan plan = ConvPlan.winograd(new ConvWorkload(1, 32, 8, 8, 32, 1, SAME));
        BlockedLayout nchw = new BlockedLayout(1, ChannelOrder.contiguous(32, 1), 8, 8, 1, 1, 1, 1);
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvPlan(plan.workload(), Algorithm.WINOGRAD, nchw, plan.output()));
        assertTrue(refusal.getMessage().contains("not 4, 8 or 16"), refusal.getMessage());
    }

    @Test
    void refusesSchedulesThatDoNotFit() {
        ConvPlan plan = ConvPlan.winograd(new ConvWorkload(1, 32, 9, 8, 32, 1, SAME));
        assertRefused(plan, winograd(new Tile(2, 2), 32, 6), "bands of 6 rows");
        assertRefused(plan, winograd(new Tile(2, 2), 32, 16), "bands of 16 rows");
        assertRefused(plan, winograd(new Tile(3, 2), 32, 8), "tiles of 3x2");
        assertRefused(plan, winograd(new Tile(2, 3), 32, 8), "tiles of 2x3");
        assertRefused(plan, winograd(new Tile(2, 2), 0, 8), "chunks of 0 taps");
        Schedule direct =
                new Schedule.Direct(VectorWidth.BITS_256, new Tile(2, 2), BroadcastOrder.WEIGHTS_FIRST, 32, 8);
        assertRefused(plan, direct, "planned as WINOGRAD");
        ConvPlan other = ConvPlan.of(plan.workload());
        assertRefused(other, winograd(new Tile(2, 2), 32, 8), "planned as DIRECT");
    }

    @Test
    void labelsAreReadBack() {
        Schedule schedule = winograd(new Tile(6, 2), 128, 28);
        assertEquals("winograd f32x8 6x2 weights_first taps=128 rows=28", schedule.label());
        assertEquals(schedule, Schedule.parse(schedule.label()));
    }

    private static Schedule winograd(Tile tile, int taps, int bandRows) {
        return new Schedule.Winograd(VectorWidth.BITS_256, tile, BroadcastOrder.WEIGHTS_FIRST, taps, bandRows);
    }

    private static void assertRefused(ConvPlan plan, Schedule schedule, String reason) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Schedules.requireLegal(plan, schedule));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void scratchIsReusedWhereItIsLargeEnough() {
        ScratchArenas arenas = new ScratchArenas();
        Arena first = arenas.take(100);
        Arena second = arenas.take(200);
        assertNotSame(first, second);
        arenas.giveBack(first);
        arenas.giveBack(second);
        assertSame(second, arenas.take(150));
        Arena larger = arenas.take(300);
        assertTrue(larger.capacity() >= 300);
        arenas.giveBack(larger);
        assertSame(larger, arenas.take(50));
        // The first one was too small, and is gone.
        assertNotSame(first, arenas.take(1));
    }
}

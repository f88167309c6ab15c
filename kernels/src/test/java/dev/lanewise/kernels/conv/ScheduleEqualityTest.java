package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleEqualityTest {

    /** New ones at every run of the tests, printed where they fail. */
    private static final long FIRST_SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);

    private static final int WORKLOADS = Integer.getInteger("lanewise.test.workloads", 60);
    private static final int SCHEDULES_EACH = 2;

    static LongStream seeds() {
        return LongStream.range(0, WORKLOADS).map(i -> FIRST_SEED + i);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyScheduleGivesTheBitsOfTheReference(long seed) {
        RandomConvolution random = RandomConvolution.of(seed);
        float[] expected = ReferenceConvolution.convolve(
                random.workload(), random.parameters(), random.input(), random.residual());
        ConvPlan plan = ConvPlan.of(random.workload());
        for (VectorWidth width : VectorWidth.values()) {
            for (Schedule schedule : some(Schedules.legal(plan, width), new Random(seed))) {
                Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
                for (int threads : new int[] {1, 2}) {
                    String what = random + " " + schedule.label() + " " + threads + " threads";
                    assertSameBits(expected, random.run(convolution, threads), what);
                }
            }
        }
    }

    @Test
    void seedsReachEveryAlgorithm() {
        Set<Algorithm> reached = EnumSet.noneOf(Algorithm.class);
        LongStream.range(0, 100)
                .forEach(seed -> reached.add(
                        ConvPlan.algorithm(RandomConvolution.of(seed).workload())));
        // Only a network's compiler asks for Winograd, which has sums of its own.
        assertEquals(EnumSet.complementOf(EnumSet.of(Algorithm.WINOGRAD)), reached);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theScalarFallbackIsTheReference(long seed) {
        RandomConvolution random = RandomConvolution.of(seed);
        float[] expected = ReferenceConvolution.convolve(
                random.workload(), random.parameters(), random.input(), random.residual());
        Convolution convolution = Convolution.scalar(ConvPlan.of(random.workload()), random.parameters());
        assertTrue(convolution.schedule().isEmpty());
        assertSameBits(expected, random.run(convolution, 1), random.toString());
    }

    private static List<Schedule> some(List<Schedule> schedules, Random random) {
        List<Schedule> shuffled = new ArrayList<>(schedules);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, Math.min(SCHEDULES_EACH, shuffled.size()));
    }

    private static void assertSameBits(float[] expected, float[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                fail(what + ": element " + i + " is " + actual[i] + ", not " + expected[i]);
            }
        }
    }
}

package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceConvolution;
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
        Random choice = new Random(seed);
        for (VectorWidth width : VectorWidth.values()) {
            List<Schedule> schedules = Schedules.legal(plan, width);
            // One only: what takes long is to compile it, and another workload tests more than another schedule.
            Schedule schedule = schedules.get(choice.nextInt(schedules.size()));
            Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
            for (int threads : new int[] {1, 2}) {
                String what = random + " " + schedule.label() + " " + threads + " threads";
                SameBits.assertSame(expected, random.run(convolution, threads), what);
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
        SameBits.assertSame(expected, random.run(convolution, 1), random.toString());
    }
}

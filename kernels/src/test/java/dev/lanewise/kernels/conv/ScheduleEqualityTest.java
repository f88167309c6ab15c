package dev.lanewise.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.SameBits;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
    void aScheduleOfEveryWidthGivesTheBitsOfTheReference(long seed) {
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

    /** One of each algorithm but Winograd; small, since what C2 has not compiled yet is slow. */
    static List<ConvWorkload> smallWorkloads() {
        Epilogue epilogue = new Epilogue(true, true, new Activation.Relu());
        return Stream.of(
                        new ConvWorkload(1, 8, 3, 13, 24, 1, Window.square(3, 1, 1)),
                        new ConvWorkload(1, 68, 3, 13, 68, 17, Window.square(3, 1, 1)),
                        new ConvWorkload(1, 19, 5, 13, 19, 19, Window.square(3, 1, 1)),
                        new ConvWorkload(1, 20, 3, 13, 40, 1, Window.square(1, 1, 0)),
                        new ConvWorkload(1, 3, 5, 27, 40, 1, Window.square(3, 2, 1)))
                .map(workload -> workload.with(epilogue))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("smallWorkloads")
    void everyKernelOfASmallWorkloadGivesTheBitsOfTheReference(ConvWorkload workload) {
        RandomConvolution random = RandomConvolution.of(FIRST_SEED, workload);
        float[] expected =
                ReferenceConvolution.convolve(workload, random.parameters(), random.input(), random.residual());
        ConvPlan plan = ConvPlan.of(workload);
        Set<String> kernels = new HashSet<>();
        // Wider vectors than a CPU has are computed lane by lane, at a hundredth of the speed.
        List<VectorWidth> widths = List.of(VectorWidth.BITS_128, VectorWidth.BITS_256);
        for (VectorWidth width : widths) {
            for (Schedule schedule : Schedules.legal(plan, width)) {
                Convolution convolution = Convolution.of(plan, random.parameters(), schedule);
                // Schedules that differ in bands and chunks only have the same kernels.
                if (kernels.addAll(convolution.kernels())) {
                    SameBits.assertSame(expected, random.run(convolution, 1), random + " " + schedule.label());
                }
            }
        }
        assertTrue(kernels.size() >= 3 * widths.size(), kernels.toString());
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

package dev.lanewise.benchmarks.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.measure.Agreement;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Samples;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrtPeerTest {

    private static final Rounds SHORT = new Rounds(2, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    static List<ConvWorkload> workloads() {
        List<ConvWorkload> workloads = new ArrayList<>();
        for (ConvBenchmark benchmark : List.of(
                ConvBenchmark.of(3, 32, 32, 8, 14),
                ConvBenchmark.of(3, 32, 32, 1, 9).dilated(),
                ConvBenchmark.of(5, 24, 24, 24, 11).strided(),
                ConvBenchmark.of(1, 20, 60, 1, 7).withResidual(),
                ConvBenchmark.of(7, 3, 16, 1, 32).strided(),
                ConvBenchmark.of(3, 16, 16, 2, 8).batched(3))) {
            workloads.add(benchmark.workload());
        }
        ConvWorkload plain = new ConvWorkload(1, 6, 5, 9, 4, 2, Window.square(3, 1, 1));
        workloads.add(plain);
        workloads.add(plain.with(new Epilogue(false, true, new Activation.None())));
        return workloads;
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void onnxRuntimeComputesWhatTheReferenceDoes(ConvWorkload workload) {
        ConvData data = ConvData.of(workload, 7);
        float[] expected = ReferenceConvolution.convolve(workload, data.parameters(), data.input(), data.residual());
        try (OrtConvolution peer = OrtConvolution.of(workload, data, 1, 1)) {
            peer.run();
            double difference = Agreement.largestDifference(expected, peer.output());
            assertTrue(difference <= OrtPeer.TOLERANCE, "difference " + difference);
        }
    }

    @Test
    void aChainConvolvesAsOftenAsItIsLong() {
        ConvWorkload workload = ConvBenchmark.of(3, 16, 16, 4, 8).workload();
        ConvData data = ConvData.of(workload, 7);
        float[] expected = data.input();
        for (int i = 0; i < 3; i++) {
            expected = ReferenceConvolution.convolve(workload, data.parameters(), expected, null);
        }
        try (OrtConvolution chain = OrtConvolution.of(workload, data, 3, 2)) {
            chain.run();
            assertTrue(Agreement.largestDifference(expected, chain.output()) <= 3 * OrtPeer.TOLERANCE);
        }
    }

    @Test
    void whatDoesNotChainIsProfiled() {
        ConvBenchmark benchmark = ConvBenchmark.of(1, 64, 128, 1, 14);
        ConvData data = ConvData.of(benchmark.workload(), 7);
        try (OrtPeer peer = OrtPeer.of(benchmark, data, 1)) {
            Timings micros = new Rounds(30, Duration.ZERO, Duration.ZERO, Duration.ZERO).measure(peer.sides());
            OrtPeer.Figures figures = peer.figures(micros);
            assertEquals(30, figures.convolutions().rounds());
            assertTrue(figures.convolutions().best() > 0);
            assertTrue(figures.convolution() >= figures.convolutions().best());
            assertTrue(figures.convolution() <= figures.convolutions().median());
        }
    }

    @Test
    void everyRoundHasAMeanOfItsOwnAndTheFasterHalfCounts() {
        double[] runs = new double[10 + 4 * 68];
        Arrays.fill(runs, 1_000);
        double[] ofRounds = {40, 70, 20, 90};
        for (int run = 0; run < 4 * 68; run++) {
            // Whole microseconds, the mean of which is not.
            runs[10 + run] = ofRounds[run / 68] + run % 2;
        }
        Samples means = OrtPeer.meansOfRounds(runs, 4);
        assertEquals(4, means.rounds());
        assertEquals(40.5, means.at(0), 1e-9);
        assertEquals(90.5, means.at(3), 1e-9);
        assertEquals(30.5, OrtPeer.meanOfFasterHalf(means), 1e-9);
        assertEquals(7, OrtPeer.meanOfFasterHalf(Samples.of(9, 5, 50)), 1e-9);
    }

    @Test
    void whatChainsIsAnEighthOfTheDifference() {
        ConvBenchmark benchmark = ConvBenchmark.of(3, 64, 64, 1, 14);
        ConvData data = ConvData.of(benchmark.workload(), 7);
        try (OrtPeer peer = OrtPeer.of(benchmark, data, 1)) {
            List<Side> sides = peer.sides();
            assertEquals(2, sides.size());
            Timings micros = SHORT.measure(sides);
            OrtPeer.Figures figures = peer.figures(micros);
            double nine = micros.of(sides.get(1).name()).best();
            double one = micros.of(sides.get(0).name()).best();
            assertEquals((nine - one) / 8, figures.convolution(), 1e-9);
        }
    }

    @Test
    void aProfileCountsNoReorders(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("profile.json"), """
                [
                {"cat" : "Session","dur" :518,"name" :"model_loading_array","args" : {}},
                {"cat" : "Node","dur" :6,"name" :"ReorderInput_kernel_time","args" : {"op_name" : "ReorderInput"}},
                {"cat" : "Node","dur" :40,"name" :"c_nchwc_kernel_time","args" : {"op_name" : "Conv"}},
                {"cat" : "Node","dur" :5,"name" :"a_kernel_time","args" : {"op_name" : "Add"}},
                {"cat" : "Node","dur" :7,"name" :"ReorderOutput_kernel_time","args" : {"op_name" : "ReorderOutput"}},
                {"cat" : "Session","dur" :60,"name" :"SequentialExecutor::Execute","args" : {}},
                {"cat" : "Session","dur" :61,"name" :"model_run","args" : {}},
                {"cat" : "Node","dur" :41,"name" :"c_nchwc_kernel_time","args" : {"op_name" : "Conv"}},
                {"cat" : "Session","dur" :62,"name" :"model_run","args" : {}}
                ]
                """);
        assertArrayEquals(new double[] {45, 41}, OrtProfile.convolutionMicros(file));
    }

    @Test
    void refusesWhatItCannotWrite() {
        ConvWorkload silu = ConvBenchmark.of(3, 8, 8, 1, 5).workload().with(Epilogue.bias(new Activation.Silu()));
        ConvData data = ConvData.of(silu, 7);
        assertThrows(IllegalArgumentException.class, () -> OrtConvolution.of(silu, data, 1, 1));
    }
}

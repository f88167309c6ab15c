package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Agreement;
import dev.lanewise.benchmarks.measure.Samples;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.TemporaryFolder;
import dev.lanewise.benchmarks.measure.Timings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's sides of a contest: its whole run, and what tells the time of its convolution alone. That is an eighth of
 * what a chain of nine takes longer than one, where the convolution's output can be its input: inside a network a tensor
 * stays in the blocked layout. Elsewhere it is the mean over many runs of what ONNX Runtime's profiler says, which counts
 * whole microseconds; the slower half of the rounds, in which other work on the machine may have had a part, is left out.
 */
final class OrtPeer implements AutoCloseable {

    /** Of the largest element: sums of up to a few thousand products, in any order, stay well within. */
    static final double TOLERANCE = 2e-5;

    /** The same for Winograd's algorithm, which adds and subtracts before it multiplies. */
    static final double WINOGRAD_TOLERANCE = 2e-4;

    private static final String RUN = "ort";
    private static final String CHAIN = "ort chain";
    private static final String PROFILE = "ort profile";

    private static final int CHAIN_LENGTH = 9;

    /** Half of 30 rounds have more than 1,000. */
    private static final int PROFILED_RUNS_PER_ROUND = 68;

    private final ConvBenchmark benchmark;
    private final OrtConvolution single;
    private final @Nullable OrtConvolution chain;
    private final @Nullable OrtConvolution profiled;
    private final @Nullable TemporaryFolder profileFolder;

    private OrtPeer(
            ConvBenchmark benchmark,
            OrtConvolution single,
            @Nullable OrtConvolution chain,
            @Nullable OrtConvolution profiled,
            @Nullable TemporaryFolder profileFolder) {
        this.benchmark = benchmark;
        this.single = single;
        this.chain = chain;
        this.profiled = profiled;
        this.profileFolder = profileFolder;
    }

    /**
     * What the peer took.
     *
     * @param run microseconds of whole runs, by round
     * @param convolutions microseconds of the convolution alone, by round
     * @param convolution the figure for it that is reported
     */
    record Figures(Samples run, Samples convolutions, double convolution) {}

    static OrtPeer of(ConvBenchmark benchmark, ConvData data, int threads) {
        OrtConvolution single = OrtConvolution.of(benchmark.workload(), data, 1, threads);
        if (benchmark.chains()) {
            OrtConvolution chain = OrtConvolution.of(benchmark.workload(), data, CHAIN_LENGTH, threads);
            return new OrtPeer(benchmark, single, chain, null, null);
        }
        TemporaryFolder folder = TemporaryFolder.create();
        OrtConvolution profiled = OrtConvolution.profiled(benchmark.workload(), data, threads, folder.file("profile"));
        return new OrtPeer(benchmark, single, null, profiled, folder);
    }

    /** @throws IllegalStateException if it computes something else */
    void compare(float[] expected) {
        single.run();
        double difference = Agreement.largestDifference(expected, single.output());
        double tolerance = benchmark.winograd() ? WINOGRAD_TOLERANCE : TOLERANCE;
        if (!(difference <= tolerance)) {
            throw new IllegalStateException(
                    benchmark.name() + ": ONNX Runtime differs by " + difference + " of the largest element");
        }
    }

    List<Side> sides() {
        Side run = new Side(RUN, single::run);
        if (chain != null) {
            return List.of(run, new Side(CHAIN, chain::run));
        }
        return List.of(run, new Side(PROFILE, this::profile));
    }

    private void profile() {
        for (int i = 0; i < PROFILED_RUNS_PER_ROUND && profiled != null; i++) {
            profiled.run();
        }
    }

    /** Reads the figures off the samples of {@link #sides}; the profile ends with it. */
    Figures figures(Timings micros) {
        Samples run = micros.of(RUN);
        if (profiled != null) {
            Samples rounds = meansOfRounds(OrtProfile.convolutionMicros(profiled.endProfile()), run.rounds());
            return new Figures(run, rounds, meanOfFasterHalf(rounds));
        }
        Samples nine = micros.of(CHAIN);
        return new Figures(
                run, nine.minus(run).times(1.0 / (CHAIN_LENGTH - 1)), (nine.best() - run.best()) / (CHAIN_LENGTH - 1));
    }

    /** The means of the last runs, so many for each round; those before were part of the warm-up. */
    static Samples meansOfRounds(double[] micros, int rounds) {
        double[] means = new double[rounds];
        int first = micros.length - rounds * PROFILED_RUNS_PER_ROUND;
        for (int round = 0; round < rounds; round++) {
            means[round] = Arrays.stream(micros)
                    .skip(first + (long) round * PROFILED_RUNS_PER_ROUND)
                    .limit(PROFILED_RUNS_PER_ROUND)
                    .average()
                    .orElseThrow();
        }
        return Samples.of(means);
    }

    static double meanOfFasterHalf(Samples means) {
        return IntStream.range(0, means.rounds())
                .mapToDouble(means::at)
                .sorted()
                .limit((means.rounds() + 1) / 2)
                .average()
                .orElseThrow();
    }

    @Override
    public void close() {
        single.close();
        if (chain != null) {
            chain.close();
        }
        if (profiled != null && profileFolder != null) {
            profiled.close();
            profileFolder.close();
        }
    }
}

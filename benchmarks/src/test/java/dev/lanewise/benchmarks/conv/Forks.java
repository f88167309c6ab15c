package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Made-up results of JVMs. */
public final class Forks {

    private Forks() {}

    /** With a peer. */
    public static ForkResult fork(String name, double gflops, double peakGflops, double speedup, double speedupNode) {
        return fork(name, gflops, peakGflops, speedup, speedupNode, 100);
    }

    /** With a best time of our own. */
    static ForkResult fork(
            String name, double gflops, double peakGflops, double speedup, double speedupNode, double micros) {
        return new ForkResult(
                name,
                "tuned schedule",
                "default schedule",
                List.of("Conv_tuned_6", "Conv_tuned_4"),
                256,
                30,
                new Times(micros, micros + 10),
                new Times(200, 210),
                new Times(104, 120),
                new Times(600, 610),
                500.5,
                new Times(10, 11),
                peakGflops,
                gflops,
                speedup,
                speedupNode,
                1.04,
                10,
                null);
    }

    /** Without a peer. */
    public static ForkResult alone(String name) {
        return new ForkResult(
                name,
                "tuned schedule",
                "default schedule",
                List.of("Conv_tuned_6", "Conv_tuned_4"),
                256,
                30,
                new Times(100, 110),
                new Times(200, 210),
                new Times(104, 120),
                null,
                null,
                new Times(10, 11),
                100,
                80,
                null,
                null,
                1.04,
                10,
                null);
    }

    /** With a peer whose convolution alone takes so many microseconds; 600 is what its whole run does. */
    static ForkResult withPeerConvolution(String name, double micros) {
        return with(fork(name, 80, 100, 3, 9), micros, null);
    }

    /** On several threads, of which one alone takes 190 microseconds. */
    public static ForkResult onThreads(String name, double factor, double peakFactor) {
        return with(fork(name, 80, 100, 3, 9), 500.5, new ThreadScaling(new Times(190, 195), factor, peakFactor));
    }

    private static ForkResult with(ForkResult fork, double peerConvolution, @Nullable ThreadScaling scaling) {
        return new ForkResult(
                fork.name(),
                fork.schedule(),
                fork.defaultSchedule(),
                fork.kernels(),
                fork.vectorBits(),
                fork.rounds(),
                fork.lanewise(),
                fork.packed(),
                fork.byDefault(),
                fork.peer(),
                peerConvolution,
                fork.copy(),
                fork.peakGflops(),
                fork.gflops(),
                fork.speedup(),
                fork.speedupNode(),
                fork.defaultOverTuned(),
                fork.overCopy(),
                scaling);
    }
}

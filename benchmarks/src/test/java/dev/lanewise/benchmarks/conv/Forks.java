package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Times;

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
                10);
    }

    /** Without a peer. */
    public static ForkResult alone(String name) {
        return new ForkResult(
                name,
                "tuned schedule",
                "default schedule",
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
                10);
    }
}

package dev.lanewise.benchmarks;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many threads either side of a comparison has. */
final class ThreadsOption {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description = "Threads for either side (default: ${DEFAULT-VALUE}).")
    private int threads;

    /** @throws ParameterException if there are none */
    int count() {
        return OptionChecks.atLeastOne(spec, "--threads", threads);
    }
}

package dev.lanewise.benchmarks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench}: a kind of benchmark follows. */
@Command(
        name = "lanewise bench",
        description = "Measures Lanewise on this machine, beside its peers.",
        synopsisSubcommandLabel = "BENCHMARK",
        commandListHeading = "Benchmarks:%n",
        subcommands = {
            ConvCommand.class,
            ModelCommand.class,
            SparkCommand.class,
            ClusterCommand.class,
            PhotoCommand.class,
            TuneCommand.class,
            JmhCommand.class
        },
        footer = {"", "'lanewise bench conv --help' and the like explain their options."},
        mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a benchmark is missing: conv, model, spark, cluster, photo, tune or jmh");
    }
}

package dev.lanewise.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code lanewise bench}: hands its arguments to the benchmarks. They see Lanewise and its peers, and nothing that ships
 * sees them, so they are looked up as a tool of the class path.
 */
@Command(
        name = "bench",
        description = "Measures Lanewise on this machine, beside its peers.",
        customSynopsis = {
            "lanewise bench conv [--peer ort] [--threads T] [--filter S] [--json FILE] [--quick] [--forks N]",
            "lanewise bench model [--model F]... [--peer ort] [--batch 1,8] [--threads T] [--filter S] [--json FILE]",
            "                     [--quick] [--forks N] [--no-winograd] [--shape NAME=1x3x224x224]...",
            "lanewise bench spark [--model F]... [--count N] [--rounds R] [--threads T] [--json FILE]",
            "lanewise bench cluster [--model F]... [--images DIR] [--count N] [--size WxH] [--repeat N]",
            "                     [--format files|parquet] [--rounds N] [--executors 1,2] [--cores 1] [--peer ort]",
            "                     [--html FILE] [--svg FILE] [--json FILE]",
            "lanewise bench photo [--image FILE] [--rounds N]",
            "lanewise bench jmh [ARGUMENT]..."
        },
        footer = {"", "'lanewise bench conv --help' and the like explain the options."},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class BenchCommand implements Callable<Integer> {

    private static final String TOOL = "lanewise-bench";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "ARGUMENT", description = "What to measure, and how.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> arguments;

    @Override
    public Integer call() {
        ToolProvider tool = ToolProvider.findFirst(TOOL)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the benchmarks are not on the class path; start them with the lanewise script"));
        return tool.run(spec.commandLine().getOut(), spec.commandLine().getErr(), arguments.toArray(String[]::new));
    }
}

package dev.lanewise.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code lanewise bench}: hands its arguments to the benchmarks. They see Lanewise and its peers, and nothing that ships
 * sees them, so they are looked up as a tool of the class path.
 */
@Command(
        name = "bench",
        description = "Measures Lanewise on this machine, beside its peers.",
        customSynopsis = "lanewise bench BENCHMARK [ARGUMENT]...",
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {

    private static final String TOOL = "lanewise-bench";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "What to measure, and how.")
    private List<String> arguments = List.of();

    @Option(
            names = {"-h", "--help"},
            description = "List the benchmarks; after the name of one, its options.")
    private boolean help;

    @Override
    public Integer call() {
        Optional<ToolProvider> tool = ToolProvider.findFirst(TOOL);
        if (help && tool.isEmpty()) {
            spec.commandLine().usage(spec.commandLine().getOut());
            return 0;
        }
        if (!help && arguments.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a benchmark is missing");
        }
        String[] given = help ? new String[] {"--help"} : arguments.toArray(String[]::new);
        return tool.orElseThrow(() -> new IllegalArgumentException(
                        "the benchmarks are not on the class path; start them with the lanewise script"))
                .run(spec.commandLine().getOut(), spec.commandLine().getErr(), given);
    }
}

package dev.lanewise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise help score}: the same as {@code lanewise score --help}, also for a command's own commands. */
@Command(
        name = "help",
        description = "Shows what a command does, and its options.",
        customSynopsis = "lanewise help [COMMAND]...",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class HelpCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            hideParamSyntax = true,
            description = "Such as score, or bench conv; all commands if there is none.")
    private List<String> commands = List.of();

    @Override
    public Integer call() {
        CommandSpec all = Objects.requireNonNull(spec.parent());
        // With --help, picocli would pass over what is not a command.
        if (!commands.isEmpty() && !all.subcommands().containsKey(commands.get(0))) {
            throw new ParameterException(
                    all.commandLine(),
                    Main.unknownCommand(commands.get(0), all.subcommands().keySet()));
        }
        List<String> line = new ArrayList<>(commands);
        line.add("--help");
        return all.commandLine().execute(line.toArray(String[]::new));
    }
}

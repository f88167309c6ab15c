package dev.lanewise.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The entry point of {@code lanewise}. Results go to stdout, progress and errors to stderr; the exit code is 0 if the
 * work is done, 1 if it failed and 2 if the command line is wrong.
 */
@Command(
        name = "lanewise",
        description = "Scores image datasets with convolutional networks inside Apache Spark, in pure Java.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ScoreCommand.class,
            InferCommand.class,
            ExplainCommand.class,
            CompileCommand.class,
            TuneCommand.class,
            ConformanceCommand.class,
            BenchCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the work is done", "1:the work failed", "2:the command line is wrong"})
public final class Main implements Runnable {

    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] args) {
        // Thumbnails need no screen, and a cluster's machines have none.
        System.setProperty("java.awt.headless", "true");
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int code = run(out, err, args);
        out.flush();
        err.flush();
        // Spark and abandoned conformance cases may have left threads behind.
        System.exit(code);
    }

    /** Runs one command line and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(commandLine(), out, err, args);
    }

    static int run(CommandLine commands, PrintWriter out, PrintWriter err, String... args) {
        try {
            return commands.setOut(out).setErr(err).execute(args);
        } catch (OutOfMemoryError e) {
            err.println("lanewise: out of memory (" + Failures.oneLine(e.getMessage())
                    + "); give Java more, such as LANEWISE_JAVA_OPTS=-Xmx8g, or use a smaller --batch-size");
        } catch (StackOverflowError e) {
            err.println("lanewise: the model is nested too deeply");
        } catch (UnsatisfiedLinkError e) {
            err.println("lanewise: a native library of Spark cannot be loaded (" + described(e) + ")");
        } catch (LinkageError e) {
            err.println("lanewise: this Spark does not fit: Lanewise needs Spark 4.1 with Scala 2.13 (" + described(e)
                    + ")");
        }
        return FAILED;
    }

    private static String described(LinkageError error) {
        return error.getClass().getSimpleName() + ": " + Failures.oneLine(error.getMessage());
    }

    private static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Main());
        CommandLine bench = commands.getSubcommands().get("bench");
        if (bench != null) {
            // What follows the benchmark's name is its own.
            bench.setStopAtPositional(true);
        }
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(32)
                .setParameterExceptionHandler((exception, args) -> wrongUsage(exception))
                .setExecutionExceptionHandler((exception, command, result) -> failed(exception, command));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUsage(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        String wrong = exception instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched)
                : Failures.oneLine(exception.getMessage());
        command.getErr()
                .println("lanewise: " + wrong + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        if (verbose(command)) {
            exception.printStackTrace(command.getErr());
        }
        return WRONG_USAGE;
    }

    /** By what it is, where picocli would tell its place, and take an unknown option's value for an option too. */
    private static String unmatched(UnmatchedArgumentException exception) {
        String argument = exception.getUnmatched().get(0);
        if (exception.isUnknownOption()) {
            List<String> suggestions = exception.getSuggestions();
            return "unknown option '" + Failures.oneLine(argument) + "'"
                    + (suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?");
        }
        Set<String> commands = exception.getCommandLine().getSubcommands().keySet();
        return commands.isEmpty()
                ? "unexpected argument '" + Failures.oneLine(argument) + "'"
                : unknownCommand(argument, commands);
    }

    static String unknownCommand(String name, Set<String> commands) {
        return "unknown command '" + Failures.oneLine(name) + "'; there are " + String.join(", ", commands);
    }

    private static int failed(Exception exception, CommandLine command) {
        String message = OptionNames.of(command.getCommandSpec()).in(Failures.message(exception));
        command.getErr().println("lanewise: " + message);
        if (verbose(command)) {
            exception.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    private static boolean verbose(CommandLine command) {
        for (Map.Entry<String, CommandSpec> mixin :
                command.getCommandSpec().mixins().entrySet()) {
            if (mixin.getValue().userObject() instanceof CommonOptions options) {
                return options.verbose();
            }
        }
        return CommonOptions.debugging();
    }
}

package dev.lanewise.benchmarks;

import dev.lanewise.kernels.tensor.Shape;
import java.io.PrintWriter;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * The benchmarks as a tool that the command line finds by its name, so that neither needs the other to compile. Wrong usage
 * and failures end in an exception, which the command line reports as it reports its own.
 */
public final class BenchTool implements ToolProvider {

    @Override
    public String name() {
        return "lanewise-bench";
    }

    /**
     * @return 0 if all was measured
     * @throws ParameterException if the arguments are wrong
     * @throws ExecutionException if measuring fails
     */
    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commands = new CommandLine(new BenchCommand())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setAbbreviatedOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Shape.class, BenchTool::shape);
        // JMH reads its own options.
        CommandLine jmh = commands.getSubcommands().get(JmhCommand.NAME);
        if (jmh != null) {
            jmh.setUnmatchedOptionsArePositionalParams(true);
        }
        // Not execute, which would print the error itself.
        return new CommandLine.RunLast().execute(commands.parseArgs(arguments));
    }

    private static Shape shape(String text) {
        if (!text.matches("\\d{1,9}(x\\d{1,9})*")) {
            throw new TypeConversionException("'" + text + "' is not like 1x3x224x224");
        }
        return Shape.of(Pattern.compile("x")
                .splitAsStream(text)
                .mapToInt(Integer::parseInt)
                .toArray());
    }
}

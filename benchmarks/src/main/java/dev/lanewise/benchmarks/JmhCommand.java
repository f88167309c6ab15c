package dev.lanewise.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lanewise bench jmh}: the main workloads under the Java Microbenchmark Harness. */
@Command(
        name = JmhCommand.NAME,
        description = {"Runs the JMH versions of the main workloads.", "All arguments are JMH's own (-h lists them)."})
final class JmhCommand implements Callable<Integer> {

    static final String NAME = "jmh";

    private static final String HARNESS = "org.openjdk.jmh.Main";

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "Such as: conv.* -f 2 -p workload=3x3_c128_g32_56x56")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        Class<?> harness;
        try {
            harness = Class.forName(HARNESS);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "JMH is not part of the distribution archive; run ./lanewise bench jmh in a checkout", e);
        }
        // Ends the JVM itself where a benchmark fails.
        harness.getMethod("main", String[].class).invoke(null, (Object) arguments.stream()
                .map(argument -> argument.equals("--help") ? "-h" : argument)
                .toArray(String[]::new));
        return 0;
    }
}

package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.conv.ConvBenchmark;
import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.measure.NameFilter;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tune.Tuner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench tune}: makes the schedule log that comes with Lanewise. */
@Command(
        name = "tune",
        description = {
            "Finds the fastest schedules of convolutions, and what those cost that are chosen untried.",
            "The fastest are appended to a log, such as comes with Lanewise."
        },
        customSynopsis = "lanewise bench tune [--log FILE] [--filter TEXT | --seeded N [--seed S]]",
        footer = {"", "The table goes to stdout. About a quarter of a minute for each convolution."},
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TuneCommand implements Callable<Integer> {

    /** What the choice of the cost model may cost at most, beside the fastest. */
    private static final double TARGET = 1.15;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--log", paramLabel = "FILE", description = "The schedule log to append to.")
    private @Nullable Path log;

    @Option(
            names = "--filter",
            paramLabel = "TEXT",
            description = "Only those convolutions that 'conv' times whose name contains this.")
    private @Nullable String filter;

    @Option(
            names = "--seeded",
            paramLabel = "N",
            description = "Instead of those that 'conv' times, N convolutions drawn by chance.")
    private @Nullable Integer seeded;

    @Option(names = "--seed", paramLabel = "S", description = "What they are drawn by (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() throws IOException {
        VectorWidth width = VectorWidth.preferred()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "there is nothing to tune without vectors: start Java with --add-modules jdk.incubator.vector"));
        OptionChecks.writable(spec, "--log", log);
        List<ConvBenchmark> benchmarks = benchmarks();
        PrintWriter out = spec.commandLine().getOut();
        out.println("| convolution | timed | fastest | us | chosen untried | us | ratio |");
        out.println("|---|---|---|---|---|---|---|");
        List<Double> ratios = new ArrayList<>();
        for (ConvBenchmark benchmark : benchmarks) {
            Tuner.Race race = Tuner.THOROUGH.race(benchmark.plan(), width);
            ratios.add(race.ratio());
            out.println(row(benchmark.name(), race));
            out.flush();
            if (log != null) {
                String line = race.entry().toJson() + System.lineSeparator();
                Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
        long within = ratios.stream().filter(ratio -> ratio <= TARGET).count();
        out.printf(
                Locale.ROOT,
                "%nchosen untried: %d of %d within %.2f of the fastest, %.2f at most%n",
                within,
                ratios.size(),
                TARGET,
                ratios.stream().mapToDouble(ratio -> ratio).max().orElse(1));
        return 0;
    }

    private List<ConvBenchmark> benchmarks() {
        if (seeded != null) {
            if (filter != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--filter chooses among what 'conv' times, --seeded draws others: give one of them");
            }
            return ConvBenchmarks.seeded(OptionChecks.atLeastOne(spec, "--seeded", seeded), seed);
        }
        List<ConvBenchmark> all = ConvBenchmarks.all();
        if (filter == null) {
            return all;
        }
        List<ConvBenchmark> matching = ConvBenchmarks.matching(all, new NameFilter(filter));
        if (matching.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--filter " + filter + " matches no workload; they are called like "
                            + all.get(0).name());
        }
        return matching;
    }

    private static String row(String name, Tuner.Race race) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %.1f | %s | %.1f | %.2f |",
                name,
                race.candidates(),
                race.best().schedule().label(),
                race.best().microseconds(),
                race.byDefault().schedule().label(),
                race.byDefault().microseconds(),
                race.ratio());
    }
}

package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.conv.ConvBenchmark;
import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.measure.NameFilter;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tune.ScheduleLog;
import dev.lanewise.kernels.tune.Tuner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise bench tune}: makes the schedule log that comes with Lanewise. */
@Command(
        name = "tune",
        description = {
            "Finds the fastest schedules of the convolutions that 'conv' times.",
            "They are appended to a log, such as comes with Lanewise."
        },
        customSynopsis = "lanewise bench tune --log FILE [--filter TEXT]",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TuneCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--log", paramLabel = "FILE", required = true, description = "The schedule log to append to.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path log;

    @Option(names = "--filter", paramLabel = "TEXT", description = "Only convolutions whose name contains this.")
    private String filter = "x";

    @Override
    public Integer call() throws IOException {
        VectorWidth width = VectorWidth.preferred()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "there is nothing to tune without vectors: start Java with --add-modules jdk.incubator.vector"));
        PrintWriter err = spec.commandLine().getErr();
        for (ConvBenchmark benchmark : ConvBenchmarks.matching(ConvBenchmarks.all(), new NameFilter(filter))) {
            ScheduleLog.Entry best = Tuner.THOROUGH.best(benchmark.plan(), width);
            err.println(benchmark.name() + ": " + best.schedule().label() + ", " + best.microseconds() + " us");
            err.flush();
            Files.writeString(
                    log, best.toJson() + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return 0;
    }
}

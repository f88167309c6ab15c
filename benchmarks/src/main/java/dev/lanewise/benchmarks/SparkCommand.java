package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.measure.TemporaryFolder;
import dev.lanewise.benchmarks.operator.OperatorReport;
import dev.lanewise.benchmarks.operator.OperatorResult;
import dev.lanewise.benchmarks.operator.OperatorRun;
import dev.lanewise.benchmarks.report.OperatorJson;
import dev.lanewise.benchmarks.report.OperatorTable;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise bench spark}: what Spark costs, on images that are decoded already. */
@Command(
        name = "spark",
        description = {
            "Times what Spark costs, on images that are decoded already.",
            "They go through the SQL function onnx_predict, on a local Spark with one task, and through the engine alone, in"
                    + " turn. Without --model, MobileNetV2 and ResNeXt-50 32x4d with seeded weights."
        },
        customSynopsis = {
            "lanewise bench spark [--model FILE]... [--count N] [--rounds R]",
            "                            [--threads T] [--json FILE]"
        },
        footer = {
            "",
            "The table goes to stdout, progress to stderr. Answers are compared bit for bit before anything is timed; the"
                    + " exit code is 1 where they differ."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SparkCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelsOption models;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images in a round of either side; a job's start is part of it (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "7",
            description = "Rounds, in each of which both sides score all images (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ThreadsOption threads;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        OperatorRun run = new OperatorRun(
                OptionChecks.atLeastOne(spec, "--count", count),
                OptionChecks.atLeastOne(spec, "--rounds", rounds),
                threads.count());
        Path figures = json.file();
        PrintWriter err = spec.commandLine().getErr();
        List<OperatorResult> results = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            for (ModelsOption.Network network : models.networks(folder::file, err)) {
                err.println("lanewise bench: " + network.name());
                results.add(run.measure(network.name(), network.file()));
            }
        }
        OperatorReport report = new OperatorReport(results);
        Platform platform = Platform.current();
        new OperatorTable(spec.commandLine().getOut(), platform).print(report);
        if (figures != null) {
            new OperatorJson(platform).write(report, figures);
        }
        return report.sound() ? 0 : 1;
    }
}

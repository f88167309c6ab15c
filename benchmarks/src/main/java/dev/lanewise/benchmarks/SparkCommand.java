package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.measure.TemporaryFolder;
import dev.lanewise.benchmarks.model.ModelBenchmark;
import dev.lanewise.benchmarks.model.ZooFile;
import dev.lanewise.benchmarks.operator.OperatorReport;
import dev.lanewise.benchmarks.operator.OperatorResult;
import dev.lanewise.benchmarks.operator.OperatorRun;
import dev.lanewise.benchmarks.report.OperatorJson;
import dev.lanewise.benchmarks.report.OperatorTable;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.zoo.Zoo;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "An ONNX file with one input of images of a fixed size, FLOAT32[N,C,H,W]; may be given for several.")
    private List<Path> models = List.of();

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

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description = "Threads of the task, and of the engine (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as well.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        OperatorRun run = new OperatorRun(
                ContestOptions.atLeastOne(spec, "--count", count),
                ContestOptions.atLeastOne(spec, "--rounds", rounds),
                ContestOptions.atLeastOne(spec, "--threads", threads));
        Path figures = ContestOptions.writable(spec, "--json", json);
        // One that is missing or broken is told of before anything is measured.
        models.forEach(ModelSource::read);
        PrintWriter err = spec.commandLine().getErr();
        List<OperatorResult> results = new ArrayList<>();
        for (Path file : models) {
            String name = new ModelBenchmark.Stored(file).name();
            err.println("lanewise bench: " + name);
            results.add(run.measure(name, file));
        }
        if (models.isEmpty()) {
            try (TemporaryFolder folder = TemporaryFolder.create()) {
                for (Zoo zoo : List.of(Zoo.MOBILENET_V2, Zoo.RESNEXT_50_32X4D)) {
                    err.println("lanewise bench: " + zoo + ": seeding");
                    Path file = folder.file(zoo.name() + ".onnx");
                    ZooFile.write(zoo, Zoo.IMAGE_SIZE, file);
                    err.println("lanewise bench: " + zoo);
                    results.add(run.measure(zoo.toString(), file));
                }
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

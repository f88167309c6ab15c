package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.benchmarks.measure.NameFilter;
import dev.lanewise.benchmarks.model.ModelBenchmark;
import dev.lanewise.benchmarks.model.ModelBenchmarks;
import dev.lanewise.benchmarks.model.ModelFork;
import dev.lanewise.benchmarks.model.ModelReport;
import dev.lanewise.benchmarks.model.ModelRequest;
import dev.lanewise.benchmarks.model.ModelRequest.Effort;
import dev.lanewise.benchmarks.model.ModelRun;
import dev.lanewise.benchmarks.model.ZooFile;
import dev.lanewise.benchmarks.report.ModelJson;
import dev.lanewise.benchmarks.report.ModelTable;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench model}: whole networks, beside ONNX Runtime and the core's own peak. */
@Command(
        name = "model",
        description = {
            "Times whole networks.",
            "Lanewise, ONNX Runtime, and the FMA peak of the core, in turn. Without --model, well-known networks for images"
                    + " of 224x224, with seeded weights."
        },
        customSynopsis = {
            "lanewise bench model [--model FILE]... [--peer ort] [--batch N,...]",
            "                            [--threads T] [--filter S] [--quick] [--forks N]",
            "                            [--json FILE] [--no-winograd]",
            "                            [--shape NAME=1x3x224x224]..."
        },
        footer = {
            "",
            "The table goes to stdout, progress to stderr. Outputs are compared before anything is timed; the exit code"
                    + " is 1 where they disagree or a network does not run.",
            "Close other programs first: what shares the core lowers every figure."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ModelCommand implements Callable<Integer> {

    private static final Effort THOROUGH = new Effort(30, 7, 60_000, 2_000);
    private static final Effort QUICK = new Effort(30, 7, 10_000, 2_000);
    private static final int FORKS = 3;
    private static final int QUICK_FORKS = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelsOption models;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PeerOption peer;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ThreadsOption threads;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private JsonOption json;

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,8",
            description = "Sizes of batches (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int[] batches;

    @Option(
            names = "--shape",
            paramLabel = "NAME=1x3x224x224",
            description = "The shape of an input, where the model leaves it open; the batch is that of --batch.")
    private Map<String, Shape> shapes = Map.of();

    @Option(
            names = "--filter",
            paramLabel = "S",
            description = "Only networks whose name contains S, or one of its parts where it has commas.")
    private @Nullable String filter;

    @Option(names = "--quick", description = "Five of the networks, in one JVM each, at most 10 s for a batch size.")
    private boolean quick;

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "JVMs that measure a network, one after the other (default: 3; with --quick 1).")
    private @Nullable Integer forks;

    @Option(names = "--no-winograd", description = "Dense 3x3 convolutions as plain sums.")
    private boolean noWinograd;

    @Override
    public Integer call() throws IOException {
        int threadCount = threads.count();
        int jvms = OptionChecks.atLeastOne(spec, "--forks", forks == null ? (quick ? QUICK_FORKS : FORKS) : forks);
        for (int batch : batches) {
            OptionChecks.atLeastOne(spec, "--batch", batch);
        }
        List<ModelBenchmark> networks = networks();
        Path figures = json.file();
        ModelRequest request = new ModelRequest(
                "",
                Arrays.stream(batches).distinct().boxed().toList(),
                dimensions(),
                threadCount,
                peer.takesPart(),
                !noWinograd,
                quick ? QUICK : THOROUGH);
        Platform platform = Platform.current();
        double knownPeak =
                threadCount == 1 ? CpuClass.here().knownPeak(platform.bits()).orElse(0) : 0;
        PrintWriter err = spec.commandLine().getErr();
        ModelReport report = new ModelRun(networks, jvms, knownPeak)
                .measure(request, ModelFork::start, ZooFile::write, line -> err.println("lanewise bench: " + line));
        new ModelTable(spec.commandLine().getOut(), platform).print(report);
        if (figures != null) {
            new ModelJson(platform).write(report, figures);
        }
        return report.sound() ? 0 : 1;
    }

    private List<ModelBenchmark> networks() {
        List<ModelBenchmark> all = new ArrayList<>(
                models.files().stream().map(ModelBenchmark.Stored::new).toList());
        if (all.isEmpty()) {
            all.addAll(quick ? ModelBenchmarks.quick() : ModelBenchmarks.all());
        }
        if (filter == null) {
            return all;
        }
        NameFilter wanted = new NameFilter(filter);
        List<ModelBenchmark> matching = all.stream()
                .filter(benchmark -> wanted.matches(benchmark.name()))
                .toList();
        if (matching.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--filter " + filter + " matches no network; there are "
                            + String.join(
                                    ", ", all.stream().map(ModelBenchmark::name).toList()));
        }
        return matching;
    }

    private Map<String, List<Integer>> dimensions() {
        Map<String, List<Integer>> dimensions = new LinkedHashMap<>();
        shapes.forEach((input, shape) ->
                dimensions.put(input, Arrays.stream(shape.toArray()).boxed().toList()));
        return dimensions;
    }
}

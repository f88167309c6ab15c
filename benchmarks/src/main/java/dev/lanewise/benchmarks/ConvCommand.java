package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.conv.ConvBenchmark;
import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.conv.ConvFork;
import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvRequest;
import dev.lanewise.benchmarks.conv.ConvRun;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.benchmarks.measure.NameFilter;
import dev.lanewise.benchmarks.report.ConvJson;
import dev.lanewise.benchmarks.report.ConvTable;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
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

/** {@code lanewise bench conv}: convolutions, beside ONNX Runtime and the core's own peak. */
@Command(
        name = "conv",
        description = {
            "Times convolutions.",
            "Lanewise's tuned and default kernels, with and without packing from NCHW, ONNX Runtime, and the FMA peak of"
                    + " the core, in turn.",
            "With several threads also our kernel and the peak on one: two threads are to gain 1.8, or what the peak gains."
        },
        customSynopsis = {
            "lanewise bench conv [--peer ort] [--threads T] [--filter S] [--json FILE]",
            "                           [--quick] [--forks N]"
        },
        footer = {
            "",
            "The table goes to stdout, progress to stderr. Outputs are compared before anything is timed.",
            "Close other programs first: what shares the core lowers every figure."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ConvCommand implements Callable<Integer> {

    private static final int ROUNDS = 30;
    private static final int WARM_UP_MILLIS = 200;
    private static final int FORKS = 5;
    private static final int QUICK_FORKS = 3;

    /** Leaves room for what a JVM does before and after it measures. */
    private static final Duration QUICK_TIME = Duration.ofSeconds(170);

    private static final Duration UNLIMITED = Duration.ofDays(1);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

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
            names = "--filter",
            paramLabel = "S",
            description = "Only workloads whose name contains S, or one of its parts where it has commas.")
    private @Nullable String filter;

    @Option(names = "--quick", description = "Twelve of the workloads, in at most three minutes.")
    private boolean quick;

    @Option(
            names = "--forks",
            paramLabel = "N",
            description =
                    "JVMs that measure, one after the other (default: 5; with --quick as many of 3 as there is time for).")
    private @Nullable Integer forks;

    @Override
    public Integer call() throws IOException {
        int threadCount = threads.count();
        int jvms = OptionChecks.atLeastOne(spec, "--forks", forks == null ? (quick ? QUICK_FORKS : FORKS) : forks);
        List<ConvBenchmark> workloads = workloads();
        List<PackBenchmark> packings = packings();
        Path figures = json.file();
        Platform platform = Platform.current();
        ConvRequest request = new ConvRequest(
                workloads.stream().map(ConvBenchmark::name).toList(),
                packings,
                threadCount,
                peer.takesPart(),
                ROUNDS,
                WARM_UP_MILLIS,
                !quick,
                Map.of(),
                threadCount == 1 ? CpuClass.here().knownPeak(platform.bits()).orElse(0) : 0);
        ConvRun run = new ConvRun(workloads, packings, jvms, quick ? QUICK_TIME : UNLIMITED);
        PrintWriter err = spec.commandLine().getErr();
        ConvReport report = run.measure(request, ConvFork::start, line -> err.println("lanewise bench: " + line));
        new ConvTable(spec.commandLine().getOut(), platform).print(report);
        if (figures != null) {
            new ConvJson(platform).write(report, figures);
        }
        return 0;
    }

    private List<ConvBenchmark> workloads() {
        List<ConvBenchmark> all = quick ? ConvBenchmarks.quick() : ConvBenchmarks.all();
        if (filter == null) {
            return all;
        }
        List<ConvBenchmark> matching = ConvBenchmarks.matching(all, new NameFilter(filter));
        if (matching.isEmpty() && packings().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--filter " + filter + " matches no workload; they are called like "
                            + all.get(0).name() + ", "
                            + all.get(all.size() - 1).name() + " and "
                            + PackBenchmark.all().get(0).name());
        }
        return matching;
    }

    private List<PackBenchmark> packings() {
        if (quick) {
            return List.of();
        }
        return PackBenchmark.all().stream()
                .filter(packing -> filter == null || new NameFilter(filter).matches(packing.name()))
                .toList();
    }
}

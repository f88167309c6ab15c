package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.conv.ConvBenchmark;
import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.conv.ConvFork;
import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvRequest;
import dev.lanewise.benchmarks.conv.ConvRun;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.benchmarks.report.ConvJson;
import dev.lanewise.benchmarks.report.ConvTable;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench conv}: convolutions, beside ONNX Runtime and the core's own peak. */
@Command(
        name = "conv",
        description = "Times convolutions: Lanewise's tuned and default kernels, with and without packing from NCHW,"
                + " ONNX Runtime, and the FMA peak of the core, in turn.",
        customSynopsis =
                "lanewise bench conv [--peer ort] [--threads T] [--filter S] [--json FILE] [--quick] [--forks N]",
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

    /** Peers to compare with. */
    enum Peer {
        ORT
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--peer", paramLabel = "ort", description = "Compare with ONNX Runtime, on as many threads.")
    private @Nullable Peer peer;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description = "Threads for a convolution, and for the peak (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--filter",
            paramLabel = "S",
            description = "Only workloads whose name contains S, or one of its parts where it has commas.")
    private @Nullable String filter;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as well.")
    private @Nullable Path json;

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
        requireAtLeastOne("--threads", threads);
        int jvms = forks == null ? (quick ? QUICK_FORKS : FORKS) : forks;
        requireAtLeastOne("--forks", jvms);
        List<ConvBenchmark> workloads = workloads();
        List<PackBenchmark> packings = packings();
        requireWritable(json);
        if (peer != null) {
            requirePeer();
        }
        Platform platform = Platform.current();
        ConvRequest request = new ConvRequest(
                workloads.stream().map(ConvBenchmark::name).toList(),
                packings,
                threads,
                peer != null,
                ROUNDS,
                WARM_UP_MILLIS,
                !quick,
                Map.of(),
                threads == 1 ? CpuClass.here().knownPeak(platform.bits()).orElse(0) : 0);
        ConvRun run = new ConvRun(workloads, packings, jvms, quick ? QUICK_TIME : UNLIMITED);
        PrintWriter err = spec.commandLine().getErr();
        ConvReport report = run.measure(request, ConvFork::start, line -> err.println("lanewise bench: " + line));
        new ConvTable(spec.commandLine().getOut(), platform).print(report);
        if (json != null) {
            new ConvJson(platform).write(report, json);
        }
        return 0;
    }

    private List<ConvBenchmark> workloads() {
        List<ConvBenchmark> all = quick ? ConvBenchmarks.quick() : ConvBenchmarks.all();
        if (filter == null) {
            return all;
        }
        List<ConvBenchmark> matching = ConvBenchmarks.matching(all, filter);
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
                .filter(packing -> filter == null || ConvBenchmarks.matches(packing.name(), filter))
                .toList();
    }

    private void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, not " + value);
        }
    }

    /** Before minutes of measuring, not after. */
    private void requireWritable(@Nullable Path file) throws IOException {
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
                throw new ParameterException(
                        spec.commandLine(), "--json " + file + " is not a file in a folder that exists");
            }
        }
    }

    private static void requirePeer() {
        try {
            Class.forName("ai.onnxruntime.OrtEnvironment", false, ConvCommand.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime is not here: the distribution archive leaves it out. Run ./lanewise bench in a checkout,"
                            + " or put onnxruntime-1.29.0.jar (Maven Central, com.microsoft.onnxruntime:onnxruntime:1.29.0)"
                            + " into lib/bench",
                    e);
        }
    }
}

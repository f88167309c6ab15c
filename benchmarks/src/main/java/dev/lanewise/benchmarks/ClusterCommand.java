package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.cluster.ClusterPlan;
import dev.lanewise.benchmarks.cluster.ClusterPlan.Installation;
import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterRun;
import dev.lanewise.benchmarks.cluster.ImageStore;
import dev.lanewise.benchmarks.cluster.Photographs;
import dev.lanewise.benchmarks.report.ClusterJson;
import dev.lanewise.benchmarks.report.ClusterPage;
import dev.lanewise.benchmarks.report.ClusterTable;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench cluster}: images a second through a real cluster, beside ONNX Runtime in {@code mapPartitions}. */
@Command(
        name = "cluster",
        description = {
            "Times whole jobs on a Spark standalone cluster of this machine.",
            "Master, workers and executors are each a process; Lanewise, ONNX Runtime in mapPartitions, and Spark alone score"
                    + " photographs in turn. Without --model, MobileNetV2 and ResNeXt-50 32x4d with seeded weights; without"
                    + " --images, JPEG files made for the run."
        },
        customSynopsis = {
            "lanewise bench cluster [--model FILE]... [--images DIR] [--count N]",
            "                              [--size WxH] [--repeat N] [--format files|parquet]",
            "                              [--rounds N] [--executors 1,2] [--cores 1]",
            "                              [--peer ort] [--html FILE] [--svg FILE]",
            "                              [--json FILE]"
        },
        footer = {
            "",
            "The table goes to stdout, progress to stderr. Close other programs first: what shares the cores lowers every"
                    + " figure."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ClusterCommand implements Callable<Integer> {

    private static final long SEED = 20261123;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelsOption models;

    @Option(names = "--images", paramLabel = "DIR", description = "A folder of JPEG files.")
    private @Nullable Path images;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "400",
            description = "How many photographs to make (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description =
                    "Width and height of the photographs that are made; without it, five sizes from 320x240 to 800x600.")
    private @Nullable Shape size;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Score every image so many times in the timed pass, for runs longer than the disk is large.")
    private int repeat;

    @Option(
            names = "--format",
            paramLabel = "files|parquet",
            defaultValue = "files",
            description = "What the images are in: a file for each, or Parquet with 1,000 rows a row group"
                    + " (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageStore format;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Do every job so many times, the engines in turn; figures are of the median, ratios are the median of"
                            + " the rounds' (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--executors",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2",
            description = "Numbers of executors, each measured by itself (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int[] executors;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "1",
            description = "Cores of an executor, each with a task of one thread (default: ${DEFAULT-VALUE}).")
    private int cores;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with charts.")
    private @Nullable Path html;

    @Option(names = "--svg", paramLabel = "FILE", description = "Also write the chart of images a second alone.")
    private @Nullable Path svg;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PeerOption peer;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        OptionChecks.atLeastOne(spec, "--count", count);
        OptionChecks.atLeastOne(spec, "--cores", cores);
        OptionChecks.atLeastOne(spec, "--repeat", repeat);
        OptionChecks.atLeastOne(spec, "--rounds", rounds);
        if (size != null && size.rank() != 2) {
            throw new ParameterException(spec.commandLine(), "--size must be like 64x48, not " + size);
        }
        for (int number : executors) {
            OptionChecks.atLeastOne(spec, "--executors", number);
        }
        if (images != null && !Files.isDirectory(images)) {
            throw new ParameterException(spec.commandLine(), "--images " + images + " is not a folder");
        }
        boolean withPeer = peer.takesPart();
        Path figures = json.file();
        OptionChecks.writable(spec, "--html", html);
        OptionChecks.writable(spec, "--svg", svg);
        Installation installation = installation(withPeer);
        PrintWriter err = spec.commandLine().getErr();
        Path folder = Files.createTempDirectory("lanewise-cluster");
        try {
            ClusterPlan plan = new ClusterPlan(
                    models.networks(folder::resolve, err).stream()
                            .map(ModelsOption.Network::file)
                            .toList(),
                    imageFolder(folder, err),
                    format,
                    repeat,
                    rounds,
                    Arrays.stream(executors).distinct().sorted().boxed().toList(),
                    cores,
                    withPeer,
                    folder);
            ClusterReport report =
                    new ClusterRun(plan, installation, line -> err.println("lanewise bench: " + line)).measure();
            Platform platform = Platform.current();
            new ClusterTable(spec.commandLine().getOut(), platform).print(report);
            if (figures != null) {
                new ClusterJson(platform).write(report, figures);
            }
            if (html != null) {
                new ClusterPage(platform).write(report, html);
            }
            if (svg != null) {
                new ClusterPage(platform).writeChart(report, svg);
            }
            return 0;
        } finally {
            delete(folder);
        }
    }

    /** What the script's distribution folder holds. */
    private static Installation installation(boolean peer) {
        String home = System.getenv("LANEWISE_HOME");
        if (home == null) {
            throw new IllegalArgumentException("LANEWISE_HOME is not set; start this with the lanewise script");
        }
        Path library = Path.of(home, "lib");
        String spark = System.getenv("SPARK_HOME");
        List<Path> jars = new ArrayList<>(List.of(library.resolve("lanewise-spark-4.1_2.13.jar")));
        if (peer) {
            jars.add(library.resolve("bench/onnxruntime.jar"));
        }
        return new Installation(
                spark == null ? library.resolve("spark") : Path.of(spark),
                library.resolve("bench/lanewise-benchmarks.jar"),
                jars);
    }

    private Path imageFolder(Path folder, PrintWriter err) throws IOException {
        if (images != null) {
            return images;
        }
        err.println("lanewise bench: making " + count + " photographs");
        Path photographs = folder.resolve("photographs");
        if (size == null) {
            Photographs.write(photographs, count, SEED);
        } else {
            Photographs.write(photographs, count, SEED, List.of(new int[] {size.dim(0), size.dim(1)}));
        }
        return photographs;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

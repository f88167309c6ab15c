package dev.lanewise.cli;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.cli.report.ConfusionMatrix;
import dev.lanewise.cli.scoring.OutputFormat;
import dev.lanewise.cli.scoring.ScoringRequest;
import dev.lanewise.spark.HandleInvalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise demo}: the shipped images through the shipped network. */
@Command(
        name = "demo",
        description = "Scores 1,000 images of Fashion-MNIST with a grouped network, on this machine.",
        customSynopsis = "lanewise demo [--output DIR]",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {

    private static final List<String> LABELS = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "lanewise-demo",
            description = "Where to put the images, the scores and the page (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        Path home = home();
        Files.createDirectories(output);
        Path images = output.resolve("images");
        unzip(home.resolve("fashion-mnist-1000.zip"), images);
        Path labels = Files.write(output.resolve("labels.txt"), LABELS);
        ScoringRequest request = new ScoringRequest(
                home.resolve("fmnist-grouped.onnx").toString(),
                images.toString(),
                output.resolve("scores").toString(),
                OutputFormat.PARQUET,
                true,
                false,
                null,
                labels,
                5,
                output.resolve("report.html"),
                Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f),
                HandleInvalid.KEEP,
                null,
                null,
                null,
                null,
                null);
        PrintWriter out = spec.commandLine().getOut();
        new Scoring(
                        request,
                        "Fashion-MNIST, the first 1,000 test images",
                        new TrueClasses(LABELS),
                        spec,
                        common.verbose())
                .run(outcome -> print(outcome, request, out));
        return 0;
    }

    private static void print(Scoring.Outcome outcome, ScoringRequest request, PrintWriter out) {
        ConfusionMatrix confusion = outcome.confusion();
        if (confusion == null) {
            throw new IllegalStateException("the demo knows the classes of its images");
        }
        out.println(outcome.summary());
        out.println();
        print(confusion, out);
        out.println();
        out.println("scores  " + request.output());
        if (outcome.complete()) {
            out.println("page    " + request.html());
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "%d of %d right (%.1f %%)%n",
                confusion.right(),
                outcome.summary().images(),
                100.0 * confusion.right() / Math.max(1, outcome.summary().images()));
    }

    private static Path home() {
        String home = System.getProperty("lanewise.home", System.getenv("LANEWISE_HOME"));
        if (home == null) {
            throw new IllegalArgumentException(
                    "the demo's files are below LANEWISE_HOME, which is not set; start it with the lanewise script");
        }
        Path folder = Path.of(home, "examples", "fashion-mnist");
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("the demo's files are not in " + folder + "; is LANEWISE_HOME right?");
        }
        return folder;
    }

    /** Leaves the folder with the images of the archive and nothing else. */
    private static void unzip(Path archive, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> children = Files.list(folder)) {
            Optional<Path> foreign = children.filter(child -> !TrueClasses.FILE
                            .matcher(child.getFileName().toString())
                            .matches())
                    .findFirst();
            if (foreign.isPresent()) {
                throw new IllegalArgumentException(
                        foreign.get() + " is not one of the demo's images; remove it, or give another --output");
            }
        }
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = Path.of(entry.getName()).getFileName().toString();
                if (TrueClasses.FILE.matcher(name).matches()) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    private static void print(ConfusionMatrix confusion, PrintWriter out) {
        List<String> labels = confusion.labels();
        TextTable table = new TextTable("<" + ">".repeat(labels.size()));
        List<String> head = new ArrayList<>(List.of("is \\ predicted"));
        head.addAll(labels);
        table.row(head);
        for (int truth = 0; truth < labels.size(); truth++) {
            List<String> row = new ArrayList<>(List.of(labels.get(truth)));
            for (long count : confusion.counts()[truth]) {
                row.add(count == 0 ? "." : Long.toString(count));
            }
            table.row(row);
        }
        table.print(out);
    }
}

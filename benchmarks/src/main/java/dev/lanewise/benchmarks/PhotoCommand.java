package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.cluster.PhotographCost;
import dev.lanewise.benchmarks.cluster.PhotographCost.Costs;
import dev.lanewise.benchmarks.cluster.Photographs;
import dev.lanewise.benchmarks.measure.Samples;
import dev.lanewise.benchmarks.measure.TemporaryFolder;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.benchmarks.model.ZooFile;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench photo}: what decoding and resizing cost beside a network. */
@Command(
        name = "photo",
        description = {
            "Times what is done to a photograph before a network sees it.",
            "One of 500x375 is decoded, resized and normalised on one thread, with MobileNetV2 beside; other decoders that one"
                    + " could take instead have their turn, too."
        },
        customSynopsis = "lanewise bench photo [--image FILE] [--rounds N]",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PhotoCommand implements Callable<Integer> {

    private static final long SEED = 20261123;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--image", paramLabel = "FILE", description = "An image file instead of the one that is made.")
    private @Nullable Path image;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Samples of every step, taken in turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        OptionChecks.atLeastOne(spec, "--rounds", rounds);
        if (image != null && !(Files.isRegularFile(image) && Files.isReadable(image))) {
            throw new ParameterException(spec.commandLine(), "--image " + image + " is not a file that can be read");
        }
        String name = image == null ? "the photograph that was made" : image.toString();
        byte[] photograph = image == null ? Photographs.usual(SEED) : Files.readAllBytes(image);
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path model = folder.file("mobilenet_v2.onnx");
            ZooFile.write(Zoo.MOBILENET_V2, Zoo.IMAGE_SIZE, model);
            print(PhotographCost.measure(name, photograph, model, rounds));
        }
        return 0;
    }

    private void print(Costs costs) {
        PrintWriter out = spec.commandLine().getOut();
        Timings timings = costs.timings();
        Samples network = timings.of("infer");
        out.println("step                best ms  median ms  of the network");
        for (String step : PhotographCost.STEPS) {
            out.println(times(step, timings.of(step)) + share(timings.of(step).over(network)));
        }
        out.println();
        out.println("instead of decode   best ms  median ms       of decode  largest difference");
        Samples decode = timings.of(PhotographCost.STEPS.get(0));
        costs.others()
                .forEach((name, difference) -> out.println(times(name, timings.of(name))
                        + share(timings.of(name).over(decode))
                        + String.format(Locale.ROOT, " %13d of 255", difference)));
    }

    private static String times(String name, Samples samples) {
        return String.format(Locale.ROOT, "%-19s %7.2f %10.2f", name, samples.best() / 1e3, samples.median() / 1e3);
    }

    private static String share(Samples ratios) {
        return String.format(Locale.ROOT, " %14.1f%%", 100 * ratios.median());
    }
}

package dev.lanewise.benchmarks;

import dev.lanewise.benchmarks.model.ModelBenchmark;
import dev.lanewise.benchmarks.model.ZooFile;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The networks to measure. */
final class ModelsOption {

    /** Those measured where none is named: a small one, and a large one with many groups. */
    private static final List<Zoo> USUAL = List.of(Zoo.MOBILENET_V2, Zoo.RESNEXT_50_32X4D);

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "An ONNX file with one input of images, FLOAT32[N,C,H,W]; may be given for several.")
    private List<Path> models = List.of();

    /**
     * The files that are named; perhaps none.
     *
     * @throws ModelException if one is missing or broken, so that this is told of before anything is measured
     */
    List<Path> files() {
        models.forEach(ModelSource::read);
        return models;
    }

    /** A network's file, and what to call it. */
    record Network(String name, Path file) {}

    /**
     * As {@link #files}; where none is named, two usual networks with seeded weights.
     *
     * @param file makes the path of a file that is to be written, of its name
     * @throws IOException if one of these cannot be written
     */
    List<Network> networks(Function<String, Path> file, PrintWriter err) throws IOException {
        List<Network> networks = new ArrayList<>();
        for (Path given : files()) {
            networks.add(new Network(new ModelBenchmark.Stored(given).name(), given));
        }
        if (networks.isEmpty()) {
            for (Zoo zoo : USUAL) {
                err.println("lanewise bench: " + zoo + ": seeding");
                Path seeded = file.apply(zoo.name().toLowerCase(Locale.ROOT) + ".onnx");
                ZooFile.write(zoo, Zoo.IMAGE_SIZE, seeded);
                networks.add(new Network(zoo.toString(), seeded));
            }
        }
        return networks;
    }
}

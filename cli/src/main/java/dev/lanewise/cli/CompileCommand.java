package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise compile}: what a network is compiled to, as a file for other machines. */
@Command(
        name = "compile",
        description = {
            "Writes what a model is compiled to, for other machines.",
            "They take it beside the model with --plan, with the plan of one image in it, and get the same bits without"
                    + " compiling the network again. Kernels are not part of it: every machine generates those of its own"
                    + " CPU."
        },
        customSynopsis = {
            "lanewise compile --model FILE --output PLAN",
            "                        [--shape NAME=1x3x224x224]... [--no-winograd]"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CompileCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelOption model;

    @Option(names = "--output", paramLabel = "PLAN", required = true, description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ShapeOptions shapes;

    @Option(names = "--no-winograd", description = "Compute 3x3 convolutions directly, as ONNX defines them.")
    private boolean direct;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        Model network = Model.load(ModelSource.read(model.file()), new ModelOptions(!direct));
        // In memory first: a model that cannot be planned leaves no half of a file.
        ByteArrayOutputStream plan = new ByteArrayOutputStream();
        network.writeCompiled(plan, List.of(shapes.byInput()));
        Files.write(output, plan.toByteArray());
        spec.commandLine()
                .getOut()
                .println(output + ": " + plan.size() + " bytes, for " + model.file() + " with the hash "
                        + network.contentHash());
        return 0;
    }
}

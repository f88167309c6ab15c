package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise explain}: a network's layers. */
@Command(
        name = "explain",
        description = "Shows a model's layers: operator, shapes, groups, MFLOP, parameters.",
        customSynopsis = "lanewise explain --model FILE [--shape NAME=1x3x224x224]...",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ExplainCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "The ONNX model.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path model;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ShapeOptions shapes;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() {
        Map<String, Shape> given = shapes.byInput();
        Model network = Model.load(model);
        LayerTable.print(network.describe(given), spec.commandLine().getOut());
        return 0;
    }
}

package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(
            names = "--shape",
            paramLabel = "NAME=1x3x224x224",
            description = "The shape of an input, where the model leaves it open; may be given for several inputs.")
    private List<String> shapes = List.of();

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() {
        List<InputShape> given = shapes.stream().map(this::parse).toList();
        Model network = Model.load(model);
        Map<String, Shape> byInput = new LinkedHashMap<>();
        for (InputShape shape : given) {
            byInput.put(shape.input(), shape.shape());
        }
        LayerTable.print(network.describe(byInput), spec.commandLine().getOut());
        return 0;
    }

    private record InputShape(String input, Shape shape) {}

    private InputShape parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 1 || !text.substring(equals + 1).matches("\\d{1,9}(x\\d{1,9})*")) {
            throw new ParameterException(
                    spec.commandLine(), "--shape must be like NAME=1x3x224x224, not '" + text + "'");
        }
        int[] dimensions = Pattern.compile("x")
                .splitAsStream(text.substring(equals + 1))
                .mapToInt(Integer::parseInt)
                .toArray();
        try {
            return new InputShape(text.substring(0, equals), Shape.of(dimensions));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--shape " + text + ": " + e.getMessage(), e);
        }
    }
}

package dev.lanewise.cli;

import dev.lanewise.kernels.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The shapes of a model's inputs, where it leaves them open. */
final class ShapeOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--shape",
            paramLabel = "NAME=1x3x224x224",
            description = "The shape of an input, where the model leaves it open; may be given for several inputs.")
    private List<String> shapes = List.of();

    Map<String, Shape> byInput() {
        Map<String, Shape> byInput = new LinkedHashMap<>();
        for (String text : shapes) {
            int equals = text.lastIndexOf('=');
            if (equals < 1 || !text.substring(equals + 1).matches("\\d{1,9}(x\\d{1,9})*")) {
                throw new ParameterException(
                        spec.commandLine(), "--shape must be like NAME=1x3x224x224, not '" + text + "'");
            }
            byInput.put(text.substring(0, equals), shape(text, text.substring(equals + 1)));
        }
        return byInput;
    }

    private Shape shape(String text, String dimensions) {
        try {
            return Shape.of(Pattern.compile("x")
                    .splitAsStream(dimensions)
                    .mapToInt(Integer::parseInt)
                    .toArray());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--shape " + text + ": " + e.getMessage(), e);
        }
    }
}

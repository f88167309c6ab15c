package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.onnx.TensorFile;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise infer}: tensors in, tensors out. */
@Command(
        name = "infer",
        description = "Runs a model once on tensors from files.",
        customSynopsis = "lanewise infer --model FILE [--plan PLAN] --input [NAME=]FILE ... --output-dir DIR",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class InferCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelFiles modelFiles;

    @Option(
            names = "--input",
            paramLabel = "[NAME=]FILE",
            required = true,
            arity = "1..*",
            hideParamSyntax = true,
            description = "A tensor for an input of the model, as .npy or ONNX .pb; without a name, for the next input"
                    + " that has none.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> inputs;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where to write the outputs, as <name>.npy with odd characters as '_'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path outputDir;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        Model network = modelFiles.load(ModelOptions.DEFAULT);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        byInput(network)
                .forEach((name, file) -> tensors.put(name, TensorFile.read(file).tensor()));
        Map<String, Tensor> results = network.run(tensors);
        Files.createDirectories(outputDir);
        Map<String, String> fileNames = fileNames(results.keySet());
        for (Map.Entry<String, Tensor> result : results.entrySet()) {
            Path file = outputDir.resolve(fileNames.get(result.getKey()));
            new TensorFile(result.getKey(), result.getValue()).write(file);
            spec.commandLine().getOut().println(result.getKey() + " " + result.getValue() + " " + file);
        }
        return 0;
    }

    /** Which file belongs to which input: the named ones, then the others for the inputs left, in the model's order. */
    private Map<String, Path> byInput(Model network) {
        List<String> names = network.inputs().stream().map(GraphValue::name).toList();
        Map<String, Path> files = new LinkedHashMap<>();
        List<Path> unnamed = new ArrayList<>();
        for (String input : inputs) {
            // Names and files may both hold a '='; the longest name that the model knows wins.
            Optional<String> name = names.stream()
                    .filter(known -> input.startsWith(known + "="))
                    .max(Comparator.comparingInt(String::length));
            if (name.isPresent()) {
                Path file = Path.of(input.substring(name.get().length() + 1));
                if (files.put(name.get(), file) != null) {
                    throw new ParameterException(spec.commandLine(), "input '" + name.get() + "' is given twice");
                }
            } else if (input.contains("=") && !Files.exists(Path.of(input))) {
                throw new ModelException(
                        modelFiles.model() + ": no input is named as in '" + input + "'; the model's inputs are "
                                + names.stream().map(known -> "'" + known + "'").collect(Collectors.joining(", ")));
            } else {
                unnamed.add(Path.of(input));
            }
        }
        List<String> left = new ArrayList<>(names);
        left.removeAll(files.keySet());
        if (unnamed.size() > left.size()) {
            throw new ModelException(
                    modelFiles.model() + ": " + inputs.size() + " tensors are given, but the model has " + names.size()
                            + (names.size() == 1 ? " input: " : " inputs: ") + String.join(", ", names));
        }
        for (int i = 0; i < unnamed.size(); i++) {
            files.put(left.get(i), unnamed.get(i));
        }
        return files;
    }

    /** A file for every output; names that become the same are told apart by a number. */
    static Map<String, String> fileNames(Collection<String> outputs) {
        Map<String, String> files = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (String output : outputs) {
            String base = output.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
            String name = base;
            for (int copy = 2; !taken.add(name.toLowerCase(Locale.ROOT)); copy++) {
                name = base + "_" + copy;
            }
            files.put(output, name + ".npy");
        }
        return files;
    }
}

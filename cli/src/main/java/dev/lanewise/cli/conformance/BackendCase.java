package dev.lanewise.cli.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One case of ONNX's backend tests: a model, and folders of inputs with the outputs they must give.
 *
 * @param name the folder, from the one that was asked for on
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/OnnxBackendTest.md">ONNX backend test</a>
 */
public record BackendCase(String name, Path folder) {

    private static final String MODEL = "model.onnx";

    /**
     * The cases in a folder, at any depth, in the order of their names; the folder may be a case itself.
     *
     * @throws IllegalArgumentException if it holds none
     */
    public static List<BackendCase> find(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        }
        Path root = folder.toRealPath();
        Path base = root.getParent() == null ? root : root.getParent();
        try (Stream<Path> files = Files.walk(root)) {
            List<BackendCase> cases = files.filter(file -> file.endsWith(MODEL))
                    .map(Path::getParent)
                    .map(found ->
                            new BackendCase(base.relativize(found).toString().replace('\\', '/'), found))
                    .sorted(Comparator.comparing(BackendCase::name))
                    .toList();
            if (cases.isEmpty()) {
                throw new IllegalArgumentException(folder + " holds no case, that is, no folder with a " + MODEL);
            }
            return cases;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    Path model() {
        return folder.resolve(MODEL);
    }

    /** The folders {@code test_data_set_0} and so on. */
    List<Path> dataSets() throws IOException {
        List<Path> sets = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            children.filter(child ->
                            child.getFileName().toString().startsWith("test_data_set_") && Files.isDirectory(child))
                    .sorted()
                    .forEach(sets::add);
        }
        return sets;
    }

    /** The files {@code <kind>_0.pb}, {@code <kind>_1.pb} and so on, up to the first gap. */
    static List<Path> tensors(Path dataSet, String kind) {
        List<Path> tensors = new ArrayList<>();
        for (int index = 0; ; index++) {
            Path file = dataSet.resolve(kind + "_" + index + ".pb");
            if (!Files.exists(file)) {
                return tensors;
            }
            tensors.add(file);
        }
    }
}

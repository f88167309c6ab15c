package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenModelTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void refusesTruncatedModel() throws IOException {
        byte[] whole = Files.readAllBytes(TestModels.FASHION);
        refuses(model(Arrays.copyOf(whole, whole.length / 2)), "is it truncated?");
    }

    @Test
    void refusesFileThatIsNotOnnx() {
        refuses(
                model("# a list of models\nresnet50\n".getBytes(StandardCharsets.UTF_8)),
                "broken.onnx: not an ONNX model, but text;");
    }

    @Test
    void refusesEmptyFile() {
        refuses(model(new byte[0]), "broken.onnx");
    }

    @Test
    void refusesUnknownOperatorByName() {
        refuses(model(TestModels.ofOneNode("Conjure", List.of("x"), "y")), "Conjure (opset 13");
    }

    @Test
    void refusesMissingFile() {
        refuses(folder.resolve("nowhere.onnx"), "nowhere.onnx");
    }

    @Test
    void refusesFolder() {
        refuses(folder, folder.getFileName().toString());
    }

    @Test
    void showsStackTraceOnRequestOnly() {
        Path model = model(new byte[0]);
        assertTrue(CommandRun.of("explain", "--model", model, "--verbose").err().contains("\tat dev.lanewise."));
    }

    private Path model(byte[] bytes) {
        return TestModels.write(folder.resolve("broken.onnx"), bytes);
    }

    /** Every verb that takes a model says the same one line, before any Spark is started. */
    private void refuses(Path model, String word) {
        for (CommandRun run : List.of(
                CommandRun.of("explain", "--model", model),
                CommandRun.of("infer", "--model", model, "--input", "x.npy", "--output-dir", folder.resolve("out")),
                CommandRun.of("score", "--model", model, "--input", folder, "--output", folder.resolve("out")))) {
            assertEquals(1, run.code(), run.err());
            assertEquals(1, run.errLines().size(), run.err());
            assertTrue(run.err().startsWith("lanewise: "), run.err());
            assertTrue(run.err().contains(word), run.err());
            assertEquals("", run.out());
        }
    }
}

package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.onnx.TensorFile;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InferCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Path outputs = Path.of("");

    @BeforeEach
    void nameOutputs() {
        outputs = folder.resolve("outputs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.pb"})
    void runsTensorsOfBothFormats(String file) throws IOException {
        CommandRun run = infer(relu("y"), tensor(file, -1, 2, 3, -4));
        assertEquals(0, run.code(), run.err());
        assertEquals("y FLOAT32 2x2 " + outputs.resolve("y.npy"), run.lastLine());
        assertOutput("y.npy", 0, 2, 3, 0);
    }

    @Test
    void takesItsOwnOutputAsInput() throws IOException {
        infer(relu("y"), tensor("x.pb", -1, 2, 3, -4));
        CommandRun again = infer(relu("z"), outputs.resolve("y.npy"));
        assertEquals(0, again.code(), again.err());
        assertOutput("z.npy", 0, 2, 3, 0);
    }

    @Test
    void assignsNamedInputsByNameAndTheOthersInOrder() throws IOException {
        Path model =
                TestModels.write(folder.resolve("sub.onnx"), TestModels.ofOneNode("Sub", List.of("a=b", "c"), "y"));
        Path large = tensor("large.npy", 10, 10, 10, 10);
        Path small = tensor("small.npy", 1, 2, 3, 4);
        CommandRun run =
                CommandRun.of("infer", "--model", model, "--input", small, "a=b=" + large, "--output-dir", outputs);
        assertEquals(0, run.code(), run.err());
        assertOutput("y.npy", 9, 8, 7, 6);
    }

    @Test
    void writesOddNamesAsPlainFiles() throws IOException {
        infer(relu("/net/out:0"), tensor("x.npy", 1, 2));
        assertOutput("_net_out_0.npy", 1, 2);
    }

    @Test
    void keepsOutputsApartWhoseFilesWouldBeTheSame() {
        Map<String, String> files = InferCommand.fileNames(List.of("a/b", "a:b", "A_B", ".."));
        assertEquals("a_b.npy", files.get("a/b"));
        assertEquals("a_b_2.npy", files.get("a:b"));
        assertEquals("A_B_3.npy", files.get("A_B"));
        assertEquals("_..npy", files.get(".."));
    }

    @Test
    void refusesTensorOfWrongShape() throws IOException {
        Path file = folder.resolve("wide.npy");
        new TensorFile("", FloatTensor.of(Shape.of(1, 3), 1, 2, 3)).write(file);
        refuses(infer(relu("y"), file), "shape 1x3");
    }

    @Test
    void refusesTooManyTensors() throws IOException {
        Path tensor = tensor("x.npy", 1, 2);
        refuses(
                CommandRun.of("infer", "--model", relu("y"), "--input", tensor, tensor, "--output-dir", outputs),
                "2 tensors are given, but the model has 1 input: x");
    }

    @Test
    void refusesUnknownInputName() throws IOException {
        refuses(infer(relu("y"), "w=" + tensor("x.npy", 1, 2)), "the model's inputs are 'x'");
    }

    @Test
    void refusesMissingTensor() {
        refuses(infer(relu("y"), folder.resolve("nowhere.npy")), "nowhere.npy");
    }

    private CommandRun infer(Path model, Object input) {
        return CommandRun.of("infer", "--model", model, "--input", input, "--output-dir", outputs);
    }

    private Path relu(String output) {
        return TestModels.write(folder.resolve("relu.onnx"), TestModels.ofOneNode("Relu", List.of("x"), output));
    }

    private Path tensor(String name, float... values) throws IOException {
        Path file = folder.resolve(name);
        new TensorFile("x", FloatTensor.of(Shape.of(values.length / 2, 2), values)).write(file);
        return file;
    }

    private void assertOutput(String name, float... expected) {
        FloatTensor tensor =
                (FloatTensor) TensorFile.read(outputs.resolve(name)).tensor();
        assertEquals(Shape.of(expected.length / 2, 2), tensor.shape());
        assertArrayEquals(expected, tensor.data());
    }

    private static void refuses(CommandRun run, String word) {
        assertEquals(1, run.code(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(word), run.err());
    }
}

package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.onnx.TensorFile;
import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceCommandTest {

    private static final Tensor INPUT = FloatTensor.of(Shape.of(1, 2), -1, 2);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void countsAndNamesCasesAtAnyDepth() throws IOException {
        relu("good/test_a", FloatTensor.of(Shape.of(1, 2), 0, 2));
        relu("good/deeper/test_b", FloatTensor.of(Shape.of(1, 2), 0, 2.001f));
        relu("bad/test_value", FloatTensor.of(Shape.of(1, 2), 0, 2.01f));
        relu("bad/test_shape", FloatTensor.of(Shape.of(2, 1), 0, 2));
        relu("bad/test_type", DoubleTensor.of(Shape.of(1, 2), 0, 2));
        backendCase("other/test_unknown", "Conjure", FloatTensor.of(Shape.of(1, 2), 0, 2));
        TestModels.write(folder.resolve("bad/test_truncated/model.onnx"), new byte[] {8, 7, 58, 100, 1});
        TestModels.write(
                folder.resolve("bad/test_no_data/model.onnx"), TestModels.ofOneNode("Relu", List.of("x"), "y"));

        CommandRun run = CommandRun.of("conformance", folder);

        assertEquals(1, run.code());
        assertEquals("2 passed, 5 failed, 1 skipped", run.lastLine());
        assertNames(run, "failed ", "bad/test_value", "differs in 1 of 2 elements, first at index 1: 2.0, not 2.01");
        assertNames(run, "failed ", "bad/test_shape", "has shape 1x2, not 2x1");
        assertNames(run, "failed ", "bad/test_type", "has type FLOAT32, not FLOAT64");
        assertNames(run, "failed ", "bad/test_truncated", "");
        assertNames(run, "failed ", "bad/test_no_data", "test_data_set_0");
        assertNames(run, "skipped", "other/test_unknown", "unsupported operator Conjure");
    }

    @Test
    void succeedsWhereNothingFailed() throws IOException {
        relu("test_a", FloatTensor.of(Shape.of(1, 2), 0, 2));
        backendCase("test_unknown", "Conjure", INPUT);
        CommandRun run = CommandRun.of("conformance", folder.resolve("test_a"), folder.resolve("test_unknown"));
        assertEquals(0, run.code(), run.out());
        assertEquals("1 passed, 0 failed, 1 skipped", run.lastLine());
    }

    @Test
    void aNameIsNoReasonToSkip() throws IOException {
        String name = "element type/training mode, three spatial dimensions";
        relu(name, FloatTensor.of(Shape.of(1, 2), 0, 2));
        Files.writeString(folder.resolve(name).resolve("test_data_set_0/input_0.pb"), "no tensor");
        CommandRun run = CommandRun.of("conformance", folder);
        assertEquals("0 passed, 1 failed, 0 skipped", run.lastLine(), run.out());
    }

    @Test
    void checksEveryDataSet() throws IOException {
        relu("test_a", FloatTensor.of(Shape.of(1, 2), 0, 2));
        Path second = Files.createDirectories(folder.resolve("test_a/test_data_set_1"));
        new TensorFile("x", INPUT).write(second.resolve("input_0.pb"));
        new TensorFile("y", INPUT).write(second.resolve("output_0.pb"));
        CommandRun run = CommandRun.of("conformance", folder.resolve("test_a"));
        assertEquals("0 passed, 1 failed, 0 skipped", run.lastLine());
        assertNames(run, "failed ", "test_a", "test_data_set_1");
    }

    @Test
    void countsACaseOnceThatIsGivenTwice() throws IOException {
        relu("test_a", FloatTensor.of(Shape.of(1, 2), 0, 2));
        CommandRun run = CommandRun.of("conformance", folder.resolve("test_a"), folder.resolve("test_a"));
        assertEquals("1 passed, 0 failed, 0 skipped", run.lastLine());
    }

    @Test
    void refusesFolderWithoutCases() {
        CommandRun run = CommandRun.of("conformance", folder);
        assertEquals(1, run.code());
        assertTrue(run.err().contains("holds no case"), run.err());
    }

    @Test
    void refusesMissingFolder() {
        CommandRun run = CommandRun.of("conformance", folder.resolve("nowhere"));
        assertEquals(1, run.code());
        assertTrue(run.err().contains("nowhere does not exist"), run.err());
    }

    private void assertNames(CommandRun run, String verdict, String name, String reason) {
        String start = verdict + " " + folder.getFileName() + "/" + name + ": ";
        String single = verdict + " " + name + ": ";
        assertTrue(
                run.outLines().stream()
                        .anyMatch(line -> (line.startsWith(start) || line.startsWith(single)) && line.contains(reason)),
                run.out());
    }

    private void relu(String name, Tensor expected) throws IOException {
        backendCase(name, "Relu", expected);
    }

    private void backendCase(String name, String operator, Tensor expected) throws IOException {
        TestModels.write(folder.resolve(name).resolve("model.onnx"), TestModels.ofOneNode(operator, List.of("x"), "y"));
        Path data = Files.createDirectories(folder.resolve(name).resolve("test_data_set_0"));
        new TensorFile("x", INPUT).write(data.resolve("input_0.pb"));
        new TensorFile("y", expected).write(data.resolve("output_0.pb"));
    }
}

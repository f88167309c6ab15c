package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.onnx.TensorFile;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompileCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Path plan = Path.of("");

    @BeforeEach
    void namePlan() {
        plan = folder.resolve("fashion.plan");
    }

    @Test
    void writesWhatInferTakesForTheSameBits() throws IOException {
        CommandRun run = compile(TestModels.FASHION);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.lastLine().startsWith(plan + ": " + Files.size(plan) + " bytes"), run.lastLine());
        Path image = folder.resolve("image.npy");
        float[] pixels = new float[28 * 28];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        new TensorFile("", FloatTensor.of(Shape.of(1, 1, 28, 28), pixels)).write(image);
        assertArrayEquals(logits(image, "onnx"), logits(image, "plan", "--plan", plan));
    }

    private float[] logits(Path image, String output, Object... more) {
        Object[] arguments = new Object[7 + more.length];
        Object[] first = {
            "infer", "--model", TestModels.FASHION, "--input", image, "--output-dir", folder.resolve(output)
        };
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        CommandRun run = CommandRun.of(arguments);
        assertEquals(0, run.code(), run.err());
        Path file = folder.resolve(output).resolve("logits.npy");
        return ((FloatTensor) TensorFile.read(file).tensor()).data();
    }

    @Test
    void explainShowsThePlanThatItIsGiven() {
        assertEquals(0, compile(TestModels.FASHION, "--no-winograd").code());
        CommandRun written = CommandRun.of("explain", "--model", TestModels.FASHION, "--no-winograd");
        CommandRun read = CommandRun.of("explain", "--model", TestModels.FASHION, "--plan", plan);
        assertEquals(0, read.code(), read.err());
        assertEquals(withoutRoofline(written.out()), withoutRoofline(read.out()));
        CommandRun both = CommandRun.of("explain", "--model", TestModels.FASHION, "--plan", plan, "--no-winograd");
        assertEquals(2, both.code(), both.err());
        assertTrue(both.err().contains("--no-winograd is for 'lanewise compile'"), both.err());
    }

    /** What is left of a plan without the limits that every run measures anew. */
    private static List<String> withoutRoofline(String plan) {
        return plan.lines()
                .filter(line -> !line.startsWith("roofline") && !line.contains("limited by"))
                .map(line -> line.replaceAll("(\\d+ %)?\\s+(fma|memory)\\b", ""))
                .toList();
    }

    @Test
    void refusesThePlanOfAnotherModelAndDamage() throws IOException {
        Path model = TestModels.write(folder.resolve("conv.onnx"), TestModels.ofOneConvolution());
        assertEquals(0, compile(TestModels.FASHION).code());
        refuses(CommandRun.of("explain", "--model", model, "--plan", plan), "that of another model");
        byte[] bytes = Files.readAllBytes(plan);
        bytes[bytes.length / 2]++;
        Files.write(plan, bytes);
        refuses(CommandRun.of("explain", "--model", TestModels.FASHION, "--plan", plan), "the checksum differs");
        refuses(CommandRun.of("explain", "--model", TestModels.FASHION, "--plan", model), "no file that Lanewise");
        refuses(CommandRun.of("explain", "--model", model, "--plan", folder.resolve("nowhere")), "nowhere");
    }

    @Test
    void leavesNoFileOfAModelThatItCannotPlan() {
        CommandRun run = compile(TestModels.FASHION, "--shape", "input=1x3x28x28");
        refuses(run, "input=1x3x28x28".substring(6));
        assertFalse(Files.exists(plan));
    }

    private CommandRun compile(Path model, Object... more) {
        Object[] arguments = new Object[5 + more.length];
        Object[] first = {"compile", "--model", model, "--output", plan};
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return CommandRun.of(arguments);
    }

    private static void refuses(CommandRun run, String word) {
        assertEquals(1, run.code(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(word), run.err());
    }
}

package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.compiled.CompiledNetwork;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.kernels.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** A model as another machine has compiled it. */
class ModelCompiledTest {

    private static final long SEED = Long.getLong("lanewise.test.seed", System.nanoTime() % 1_000_000_000);
    private static final Map<String, Shape> SHAPES = Map.of("input", Shape.of(1, 1, 28, 28));
    private static final ModelSource SOURCE = ModelSource.read(FashionMnist.MODEL);
    private static final int HEADER = 20;
    private static final int CHECKSUM = 8;
    private static final int VERSION_AT = 11;

    private static byte[] compiled(Model model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeCompiled(out, List.of(SHAPES));
        return out.toByteArray();
    }

    @Test
    void isTheModelThatWasCompiled() throws IOException {
        Model model = Model.load(SOURCE);
        byte[] bytes = compiled(model);

        Model again = Model.loadCompiled(SOURCE, bytes);

        assertEquals(model.inputs(), again.inputs());
        assertEquals(model.outputs(), again.outputs());
        assertEquals(model.values(), again.values());
        assertEquals(model.memory(SHAPES), again.memory(SHAPES));
        assertEquals(model.describe(SHAPES).toString(), again.describe(SHAPES).toString());
        assertArrayEquals(bytes, compiled(again));
    }

    @Test
    void keepsTheOptionsItWasCompiledWith() throws IOException {
        byte[] direct = compiled(Model.load(SOURCE, new ModelOptions(false)));
        assertFalse(Arrays.equals(direct, compiled(Model.load(SOURCE))));
        assertArrayEquals(direct, compiled(Model.loadCompiled(SOURCE, direct)));
    }

    @Test
    void writesAPlanOnceForEveryShape() throws IOException {
        Model model = Model.load(SOURCE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeCompiled(out, List.of(SHAPES, Map.of("input", Shape.of(8, 1, 28, 28))));
        assertArrayEquals(compiled(model), out.toByteArray());
    }

    @Test
    void runsThePlanThatItWasGiven() {
        Graph graph =
                Compiler.compile(OnnxReader.read("example", SOURCE.onnx())).graph();
        List<String> outputs = Lowering.outputs(graph);
        CompiledNetwork.PlanFor made =
                new Network(graph, outputs, ModelOptions.DEFAULT).planFor(Map.of("input", Shape.of(4, 1, 28, 28)));
        Network given = new Network(graph, outputs, ModelOptions.DEFAULT, Map.of(made.inputs(), made.plan()));
        assertSame(made.plan(), given.planFor(SHAPES).plan());
    }

    @Test
    void refusesDamagedBytes() throws IOException {
        byte[] bytes = compiled(Model.load(SOURCE));
        Random random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            assertRefused(damaged, "");
            assertRefused(Arrays.copyOf(bytes, random.nextInt(bytes.length)), "");
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "damaged");
    }

    @Test
    void takesOrRefusesForgedBytes() throws IOException {
        byte[] bytes = compiled(Model.load(SOURCE));
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] forged = bytes.clone();
            // Where the structure is; most of what follows are weights.
            int at = HEADER + random.nextInt(i % 2 == 0 ? 8_000 : bytes.length - CHECKSUM - HEADER);
            if (i % 3 == 0) {
                ByteBuffer.wrap(forged).putInt(Math.min(at, bytes.length - CHECKSUM - 4), random.nextInt());
            } else {
                forged[at] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Model.loadCompiled(SOURCE, sealed(forged));
            } catch (ModelException e) {
                assertEquals(1, e.getMessage().lines().count(), e::getMessage);
                refused++;
            }
        }
        assertTrue(refused > 60, "seed " + SEED + ": only " + refused + " refused");
    }

    @Test
    void refusesAnotherModelAndAnotherVersion() throws IOException {
        byte[] bytes = compiled(Model.load(SOURCE));
        byte[] other = Onnx.model(Onnx.graph(Onnx.node("Abs", List.of("x"), "y")))
                .build()
                .toByteArray();
        ModelException ofOther =
                assertThrows(ModelException.class, () -> Model.loadCompiled(ModelSource.of("other", other), bytes));
        assertTrue(
                ofOther.getMessage().startsWith("other: its compiled form is that of another model"),
                ofOther::getMessage);
        byte[] later = bytes.clone();
        later[VERSION_AT]++;
        assertRefused(sealed(later), "another version");
        byte[] otherRecords = bytes.clone();
        otherRecords[VERSION_AT + 1]++;
        assertRefused(sealed(otherRecords), "another version");
    }

    private static void assertRefused(byte[] bytes, String why) {
        ModelException thrown =
                assertThrows(ModelException.class, () -> Model.loadCompiled(SOURCE, bytes), "seed " + SEED);
        assertTrue(thrown.getMessage().contains(why), thrown::getMessage);
        assertEquals(1, thrown.getMessage().lines().count(), thrown::getMessage);
    }

    private static byte[] sealed(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - CHECKSUM);
        ByteBuffer.wrap(bytes).putLong(bytes.length - CHECKSUM, checksum.getValue());
        return bytes;
    }
}

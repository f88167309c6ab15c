package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelDescription;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks for small images, given batches: what is known of them before, and what comes out. */
@ParameterizedClass
@EnumSource(
        value = Zoo.class,
        mode = EnumSource.Mode.EXCLUDE,
        // The weights of VGG-16 alone fill half of the memory that tests have.
        names = {"RESNEXT_101_32X8D", "VGG_16"})
class ZooBatchTest {

    private static final int SIZE = 64;
    private static final int IMAGES = 2;
    private static final Dimension BATCH = Dimension.symbol("N");

    private final Loaded loaded;
    private final FloatTensor batch = Seeded.images(1009, IMAGES, 3, SIZE, SIZE);

    ZooBatchTest(Zoo zoo) {
        loaded = Loaded.of(zoo, SIZE);
    }

    @Test
    void givesTheSameBitsWhateverTheBatch() {
        float[] together = loaded.scores(batch).data();
        for (int i = 0; i < IMAGES; i++) {
            float[] alone = loaded.scores(Seeded.image(1009 + i, 3, SIZE, SIZE)).data();
            assertArrayEquals(
                    alone, Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length), "image " + i);
        }
    }

    @Test
    void givesTheSameBitsFromWhatAnotherMachineHasCompiled() throws IOException {
        byte[] compiled = compiled(loaded.model());
        Model again =
                Model.loadCompiled(ModelSource.of("elsewhere", loaded.network().onnx()), compiled);
        assertArrayEquals(compiled, compiled(again));
        assertArrayEquals(
                loaded.scores(batch).data(), Loaded.scores(again, batch).data());
    }

    private static byte[] compiled(Model model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeCompiled(out, List.of(Map.of(NetworkBuilder.INPUT, Shape.of(1, 3, SIZE, SIZE))));
        return out.toByteArray();
    }

    @Test
    void infersTheShapesThatOnnxRuntimeComputes() {
        List<ModelDescription.Layer> layers = loaded.model().describe().layers();
        Map<String, FloatTensor> computed;
        try (OnnxRuntime runtime = OnnxRuntime.loadUnoptimized(loaded.network()
                .withOutputs(layers.stream().map(ModelDescription.Layer::name).toList()))) {
            computed = runtime.run(batch);
        }
        for (ModelDescription.Layer layer : layers) {
            TensorType inferred = layer.outputs().get(0);
            Shape shape = Objects.requireNonNull(computed.get(layer.name()), layer.name())
                    .shape();
            assertEquals(shape, forBatch(inferred), () -> layer.name() + " is " + inferred);
        }
    }

    @Test
    void declaresOneScorePerClassForEachImage() {
        assertEquals("FLOAT32[N,1000]", loaded.model().outputs().get(0).type().toString());
    }

    /** The inferred shape with the batch's size in place of its symbol: nothing else may be unknown. */
    private static Shape forBatch(TensorType type) {
        int[] shape = Objects.requireNonNull(type.dimensions()).stream()
                .mapToInt(dimension -> dimension.equals(BATCH) ? IMAGES : (int) dimension.size())
                .toArray();
        return Shape.of(shape);
    }
}

package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelProgress.Phase;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Loading and warming up tell how far they have come, and leave nothing for the first image to wait for. */
class ModelWarmUpTest {

    private static final Shape IMAGE = Shape.of(1, 1, 28, 28);

    private record Event(Phase phase, int done, int total) {}

    @Test
    void tellsOfEveryPhaseInOrderAndToItsEnd() {
        List<Event> events = new ArrayList<>();
        ModelProgress progress = (phase, done, total) -> events.add(new Event(phase, done, total));
        Model model = Model.load(ModelSource.read(FashionMnist.MODEL), ModelOptions.DEFAULT, progress);
        model.warmUp(Map.of("input", IMAGE), new WorkerPool(1), progress);

        Map<Phase, Event> last = new EnumMap<>(Phase.class);
        for (Event event : events) {
            Event before = last.put(event.phase(), event);
            assertTrue(before == null || before.done() < event.done(), before + " before " + event);
            assertTrue(last.keySet().stream().allMatch(phase -> phase.compareTo(event.phase()) <= 0), event.toString());
        }
        assertEquals(Phase.values().length, last.size(), last.toString());
        last.values().forEach(event -> assertEquals(event.total(), event.done(), event.toString()));
        assertEquals(22, last.get(Phase.WARMING_UP).total(), "the network's convolutions");
    }

    @Test
    void changesNoBitOfWhatFollows() throws IOException {
        Map<String, Tensor> image = Map.of("input", FashionMnist.images(1));
        Model warm = Model.load(FashionMnist.MODEL);
        warm.warmUp(Map.of("input", IMAGE), new WorkerPool(1), ModelProgress.NONE);
        assertArrayEquals(logits(Model.load(FashionMnist.MODEL), image), logits(warm, image));
    }

    private static float[] logits(Model model, Map<String, Tensor> image) {
        return ((FloatTensor) model.run(image).get("logits")).data();
    }

    @Test
    void refusesAShapeThatTheModelDoesNotTake() {
        Model model = Model.load(FashionMnist.MODEL);
        ModelException refused = assertThrows(
                ModelException.class,
                () -> model.warmUp(Map.of("input", Shape.of(1, 3, 28, 28)), new WorkerPool(1), ModelProgress.NONE));
        assertTrue(refused.getMessage().contains("1x3x28x28"), refused.getMessage());
    }
}

package dev.lanewise.spark.preflight;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelMemory;
import dev.lanewise.kernels.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What runs of a model need. Every query and every micro-batch asks, and each answer takes a plan of the network, so those
 * for the shapes asked for last are kept, as long as the model is.
 */
final class PlannedMemory {

    /** Shapes remembered of one model: an application has few sizes of images. */
    static final int REMEMBERED = 16;

    private static final Map<Model, PlannedMemory> MODELS = new WeakHashMap<>();

    private final Map<Map<String, Shape>, ModelMemory> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, Shape>, ModelMemory> eldest) {
            return size() > REMEMBERED;
        }
    };

    private PlannedMemory() {}

    /** As {@link Model#memory}. */
    static ModelMemory of(Model model, Map<String, Shape> shapes) {
        return of(model).planned(model, shapes);
    }

    private static PlannedMemory of(Model model) {
        synchronized (MODELS) {
            return MODELS.computeIfAbsent(model, unused -> new PlannedMemory());
        }
    }

    private synchronized ModelMemory planned(Model model, Map<String, Shape> shapes) {
        ModelMemory memory = recent.get(shapes);
        if (memory == null) {
            memory = model.memory(shapes);
            recent.put(Map.copyOf(shapes), memory);
        }
        return memory;
    }
}

package dev.lanewise.engine.zoo;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A network of the zoo, loaded once for all the tests of it that follow each other: only the last one is kept. */
record Loaded(Zoo zoo, int size, Network network, Model model) {

    private static @Nullable Loaded last;

    static synchronized Loaded of(Zoo zoo, int size) {
        Loaded loaded = last;
        if (loaded == null || loaded.zoo != zoo || loaded.size != size) {
            // Not both at once: together they may not fit into memory.
            last = null;
            Network network = zoo.network(size);
            loaded = new Loaded(zoo, size, network, Model.load(ModelSource.of(network.name(), network.onnx())));
            last = loaded;
        }
        return loaded;
    }

    FloatTensor scores(FloatTensor images) {
        return scores(model, images);
    }

    /** What a network that {@link NetworkBuilder} has built makes of images. */
    static FloatTensor scores(Model model, FloatTensor images) {
        return (FloatTensor) Objects.requireNonNull(
                model.run(Map.of(NetworkBuilder.INPUT, images)).get(NetworkBuilder.OUTPUT));
    }
}

package dev.lanewise.benchmarks.peer;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network that one task runs on batches of changing size. All tasks of a JVM share its session, which has one thread for
 * each of them; the buffers belong to the task.
 */
public final class OrtScorer implements AutoCloseable {

    private static final Map<String, OrtNetwork> SESSIONS = new ConcurrentHashMap<>();

    private final OrtNetwork network;
    /** By batch size: the last batch of a task is smaller than the others. */
    private final Map<Integer, OrtBinding> bindings = new HashMap<>();

    private OrtScorer(OrtNetwork network) {
        this.network = network;
    }

    /** @throws IllegalStateException if ONNX Runtime refuses the file */
    public static OrtScorer open(String file) {
        return new OrtScorer(SESSIONS.computeIfAbsent(file, path -> OrtNetwork.of(Path.of(path), 1)));
    }

    /** Takes a batch as the network's only input. */
    public void put(FloatTensor images) {
        Shape shape = images.shape();
        if (shape.dim(0) == 0) {
            return;
        }
        OrtBinding binding = bindings.get(shape.dim(0));
        if (binding == null) {
            bindings.put(shape.dim(0), network.bind(Map.of(network.onlyInput(), images)));
        } else {
            binding.put(network.onlyInput(), images.data());
        }
    }

    /** Runs the batch of so many images that was put last, and returns its first output. */
    public float[] run(int batch) {
        OrtBinding binding = bindings.get(batch);
        if (binding == null) {
            return new float[0];
        }
        binding.run();
        return binding.firstOutput();
    }

    @Override
    public void close() {
        bindings.values().forEach(OrtBinding::close);
        bindings.clear();
    }
}

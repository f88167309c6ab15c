package dev.lanewise.benchmarks.peer;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network that one task runs on batches of changing size. All tasks of a JVM share its session, which has one thread for
 * each of them; the buffers belong to one task at a time, and the next one finds them.
 */
public final class OrtScorer implements AutoCloseable {

    private static final Map<String, OrtNetwork> SESSIONS = new ConcurrentHashMap<>();

    /** Those that no task holds, by their network's file. */
    private static final Map<String, Queue<OrtScorer>> IDLE = new ConcurrentHashMap<>();

    private final String file;
    private final OrtNetwork network;
    /** By batch size: the last batch of a task is smaller than the others. */
    private final Map<Integer, OrtBinding> bindings = new HashMap<>();

    private OrtScorer(String file) {
        this.file = file;
        this.network = SESSIONS.computeIfAbsent(file, path -> OrtNetwork.of(Path.of(path), 1));
    }

    /** @throws IllegalStateException if ONNX Runtime refuses the file */
    public static OrtScorer open(String file) {
        OrtScorer idle = idle(file).poll();
        return idle == null ? new OrtScorer(file) : idle;
    }

    private static Queue<OrtScorer> idle(String file) {
        return IDLE.computeIfAbsent(file, path -> new ConcurrentLinkedQueue<>());
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

    /** Leaves it to the next task; what it holds ends with the executor. */
    @Override
    public void close() {
        idle(file).add(this);
    }
}

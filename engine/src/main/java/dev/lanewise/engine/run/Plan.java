package dev.lanewise.engine.run;

import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network compiled for inputs of certain shapes: steps over one arena. It holds every choice that decides a bit of the
 * results, and none that depends on the CPU.
 *
 * @param model what to call the model in messages
 * @param lastUse for every step, the row-major tensors that no later step reads
 * @param outputs the row-major tensors wanted, in order
 * @param constants row-major tensors that steps read besides those they make
 */
public record Plan(
        String model,
        List<PlanStep> steps,
        List<Storage> storages,
        List<List<String>> lastUse,
        List<String> outputs,
        Map<String, Tensor> constants) {

    /**
     * A piece of memory.
     *
     * @param floats how much
     * @param arenaOffset where it begins in the arena, a multiple of 16 floats; pieces that are not in use at the same time
     *     may overlap. Of no meaning for a constant
     * @param constant the data itself where it is the same in every run
     */
    public record Storage(int floats, int arenaOffset, float @Nullable [] constant) {}

    public Plan {
        steps = List.copyOf(steps);
        storages = List.copyOf(storages);
        lastUse = List.copyOf(lastUse);
        outputs = List.copyOf(outputs);
        constants = Map.copyOf(constants);
    }

    /** The same plan of a model that is called something else. */
    public Plan named(String other) {
        return new Plan(other, steps, storages, lastUse, outputs, constants);
    }

    /** Floats that the arena of one thread must have. */
    public int arenaFloats() {
        return storages.stream()
                .filter(storage -> storage.constant() == null)
                .mapToInt(storage -> Math.addExact(storage.arenaOffset(), Arena.aligned(storage.floats())))
                .max()
                .orElse(0);
    }
}

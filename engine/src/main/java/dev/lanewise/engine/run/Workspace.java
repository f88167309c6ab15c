package dev.lanewise.engine.run;

import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory of one run: an arena, and the row-major tensors that there are at the moment. */
final class Workspace {

    private final Plan plan;
    private final Arena arena;
    private final Map<String, Tensor> tensors = new HashMap<>();

    Workspace(Plan plan, Arena arena) {
        this.plan = plan;
        this.arena = arena;
    }

    void begin(Map<String, Tensor> inputs) {
        tensors.clear();
        tensors.putAll(inputs);
    }

    float[] data(Placed placed) {
        float[] constant = plan.storages().get(placed.storage()).constant();
        return constant == null ? arena.data() : constant;
    }

    int base(Placed placed) {
        Plan.Storage storage = plan.storages().get(placed.storage());
        return (storage.constant() == null ? arena.base() + storage.arenaOffset() : 0) + placed.offset();
    }

    @Nullable
    Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        return tensor == null ? plan.constants().get(name) : tensor;
    }

    /** The elements of a tensor that is known to be there and to be of floats. */
    float[] floats(String name) {
        if (tensor(name) instanceof FloatTensor tensor) {
            return tensor.data();
        }
        throw new IllegalStateException("no floats named '" + name + "'");
    }

    void put(String name, Tensor tensor) {
        tensors.put(name, tensor);
    }

    void forget(List<String> names) {
        names.forEach(tensors::remove);
    }
}

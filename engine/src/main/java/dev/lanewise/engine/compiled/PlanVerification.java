package dev.lanewise.engine.compiled;

import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.run.Placed;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan from a file must hold before anything of it runs: every step stays in its memory, reads what was made before
 * it, and the memory is no more than the steps need. What is wrong beyond that, such as layouts that do not suit each other,
 * kernels refuse themselves.
 */
final class PlanVerification {

    private final Plan plan;

    /** The row-major tensors that there are before the next step; null where the size is known only when it runs. */
    private final Map<String, @Nullable Shape> tensors = new HashMap<>();

    private PlanVerification(Plan plan) {
        this.plan = plan;
    }

    /** @throws IllegalArgumentException that says what is wrong */
    static void verify(CompiledNetwork.PlanFor plan, List<String> outputs) {
        require(plan.plan().outputs().equals(outputs), "a plan has other outputs than the graph");
        new PlanVerification(plan.plan()).verify(plan.inputs());
    }

    private void verify(Map<String, Shape> inputs) {
        require(
                plan.lastUse().size() == plan.steps().size(),
                plan.lastUse().size() + " lists of last uses for "
                        + plan.steps().size() + " steps");
        requireMemory();
        plan.constants().forEach((name, tensor) -> tensors.put(name, shapeOfFloats(tensor)));
        tensors.putAll(inputs);
        for (int i = 0; i < plan.steps().size(); i++) {
            PlanStep step = plan.steps().get(i);
            step.reads().forEach(placed -> requireInMemory(step, placed));
            step.writes().forEach(placed -> requireInMemory(step, placed));
            if (step instanceof PlanStep.Convolve convolve) {
                requireFit(convolve);
            } else {
                follow(step);
            }
            plan.lastUse().get(i).forEach(this::forget);
        }
        plan.outputs().forEach(name -> require(tensors.containsKey(name), "nothing makes the output '" + name + "'"));
    }

    private void requireMemory() {
        long[] used = new long[plan.storages().size()];
        for (PlanStep step : plan.steps()) {
            for (List<Placed> all : List.of(step.reads(), step.writes())) {
                for (Placed placed : all) {
                    if (placed.storage() >= 0 && placed.storage() < used.length) {
                        int storage = placed.storage();
                        used[storage] = Math.max(
                                used[storage],
                                (long) placed.offset() + placed.layout().size());
                    }
                }
            }
        }
        long end = 0;
        long sum = 0;
        for (int i = 0; i < used.length; i++) {
            Plan.Storage storage = plan.storages().get(i);
            float[] constant = storage.constant();
            if (constant != null) {
                require(
                        constant.length == storage.floats(),
                        "a constant of " + constant.length + " floats is said to have " + storage.floats());
                continue;
            }
            require(
                    storage.arenaOffset() >= 0 && storage.floats() >= 0 && storage.floats() <= Math.max(0, used[i]),
                    "a piece of memory has " + storage.floats() + " floats at " + storage.arenaOffset()
                            + ", of which steps use " + used[i]);
            require(
                    storage.floats() <= Arena.MAX_CAPACITY,
                    storage.floats() + " floats are more than an arena can hold");
            end = Math.max(end, (long) storage.arenaOffset() + Arena.aligned(storage.floats()));
            sum += Arena.aligned(storage.floats());
        }
        require(end <= sum, "an arena of " + end + " floats is for pieces of only " + sum);
        require(
                end <= Arena.MAX_CAPACITY
                        && Float.BYTES * end <= Runtime.getRuntime().maxMemory(),
                "its tensors take " + Float.BYTES * end + " bytes, more than this JVM may");
    }

    /** Most steps check no bounds when they run, or only those of the whole arena. */
    private void requireInMemory(PlanStep step, Placed placed) {
        boolean known =
                placed.storage() >= 0 && placed.storage() < plan.storages().size();
        boolean inside = known
                && placed.offset() >= 0
                && (long) placed.offset() + placed.layout().size()
                        <= plan.storages().get(placed.storage()).floats();
        require(inside, step.name() + " reaches out of its memory");
    }

    private static void requireFit(PlanStep.Convolve step) {
        step.parameters().requireFit(step.plan().workload());
        Placed residual = step.residual();
        require(
                step.input().layout().equals(step.plan().input())
                        && step.output().layout().equals(step.plan().output())
                        && (residual == null
                                || residual.layout().equals(step.plan().output())),
                step.name() + " has tensors of other layouts than its plan");
        require(
                (residual != null) == step.plan().workload().epilogue().residual(),
                step.name() + (residual == null ? " lacks its residual" : " has a residual too many"));
    }

    /** Steps that read or make row-major tensors. */
    private void follow(PlanStep step) {
        if (step instanceof PlanStep.Load load) {
            requireMade(step, load.tensor());
            Shape shape = tensors.get(load.tensor());
            int floats = load.output().layout().shape().size();
            require(
                    shape == null || shape.size() == floats,
                    step.name() + " takes " + floats + " floats of '" + load.tensor() + "', which has shape " + shape);
        } else if (step instanceof PlanStep.Store store) {
            Shape stored = store.input().layout().shape();
            require(
                    store.shape().size() == stored.size(),
                    step.name() + " makes a tensor of shape " + store.shape() + " of one of shape " + stored);
            tensors.put(store.tensor(), store.shape());
        } else if (step instanceof PlanStep.Evaluate evaluate) {
            Node node = evaluate.node();
            node.inputs().stream().filter(name -> !name.isEmpty()).forEach(name -> requireMade(step, name));
            node.outputs().forEach(name -> tensors.put(name, null));
        }
    }

    private void requireMade(PlanStep step, String name) {
        require(tensors.containsKey(name), step.name() + " reads '" + name + "', which nothing has made");
    }

    /** Constants stay. */
    private void forget(String name) {
        Tensor constant = plan.constants().get(name);
        if (constant == null) {
            tensors.remove(name);
        } else {
            tensors.put(name, shapeOfFloats(constant));
        }
    }

    private static @Nullable Shape shapeOfFloats(Tensor tensor) {
        return tensor instanceof FloatTensor ? tensor.shape() : null;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

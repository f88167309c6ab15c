package dev.lanewise.engine.run;

import dev.lanewise.engine.ModelException;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.kernels.tune.KernelProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs a plan with kernels for this CPU. Immutable but for its spare arenas; any number of threads may run it at once. */
public final class PlanExecutor {

    private final Plan plan;
    private final List<Step> steps = new ArrayList<>();
    /** What runs with one thread instead of a step. */
    private final Map<Integer, BandedPair> bands;
    /** Steps that run with one of those. */
    private final Set<Integer> inBands = new HashSet<>();

    private final ConcurrentLinkedDeque<Arena> spare = new ConcurrentLinkedDeque<>();

    /**
     * Compiles the kernels and has C2 compile them in turn: this takes seconds for a network that the JVM has not seen yet.
     *
     * @param width of the vectors of all kernels but convolutions'; without one, plain loops
     */
    public PlanExecutor(
            Plan plan, ConvolutionSelector convolutions, Optional<VectorWidth> width, KernelProgress progress) {
        this.plan = plan;
        StepKernels kernels = new StepKernels(plan.model(), width);
        List<ConvolutionSelector.Request> requests = new ArrayList<>();
        for (PlanStep step : plan.steps()) {
            if (step instanceof PlanStep.Convolve convolve) {
                requests.add(new ConvolutionSelector.Request(convolve.plan(), convolve.parameters()));
            }
        }
        List<Convolution> accepted = convolutions.convolutions(requests, progress);
        bands = BandedPair.find(plan, accepted);
        bands.values().forEach(pair -> inBands.add(pair.expansionStep()));
        Iterator<Convolution> ready = accepted.iterator();
        for (PlanStep step : plan.steps()) {
            steps.add(
                    step instanceof PlanStep.Convolve convolve
                            ? StepKernels.convolve(convolve, ready.next())
                            : kernels.step(step));
        }
    }

    /** As the other constructor, and tells nobody. */
    public PlanExecutor(Plan plan, ConvolutionSelector convolutions, Optional<VectorWidth> width) {
        this(plan, convolutions, width, KernelProgress.NONE);
    }

    public Plan plan() {
        return plan;
    }

    /**
     * Runs the plan once.
     *
     * @param inputs row-major tensors of the shapes that the plan was made for, by name
     * @param cancelled asked before every step
     * @return the outputs in the plan's order
     * @throws CancellationException if the run was cancelled
     * @throws ModelException if a node cannot work on its inputs
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, WorkerPool pool, BooleanSupplier cancelled) {
        return run(inputs, (index, workspace) -> {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException(plan.model() + ": cancelled");
            }
            runStep(index, workspace, pool);
        });
    }

    private void runStep(int index, Workspace workspace, WorkerPool pool) {
        BandedPair pair = bands.get(index);
        if (pool.threads() > 1 || (pair == null && !inBands.contains(index))) {
            steps.get(index).run(workspace, pool);
        } else if (pair != null) {
            pair.run(workspace);
        }
    }

    /** What runs band by band, by the number of the step at which it does. */
    Map<Integer, BandedPair> bands() {
        return bands;
    }

    /** Arenas that no run is using. */
    int spareArenas() {
        return spare.size();
    }

    /** About how much memory the plan keeps, in bytes: its weights, which kernels have in their own order, and its spare arenas. */
    public long memoryBytes() {
        long weights = PlanDescription.weightBytes(plan);
        long constants = plan.storages().stream()
                .mapToLong(storage -> storage.constant() == null ? 0 : storage.constant().length)
                .sum();
        long arenas = (long) spare.size() * plan.arenaFloats();
        return weights + Float.BYTES * (constants + arenas);
    }

    /** What runs, without times. */
    public PlanDescription describe() {
        return describe(null);
    }

    /**
     * What runs, and how long each step takes at best, each by itself: band by band, two steps have no times of their own.
     *
     * @param runs how often to run the plan; the first ones also warm it up
     */
    public PlanDescription profile(Map<String, Tensor> inputs, WorkerPool pool, int runs) {
        double[] best = new double[steps.size()];
        Arrays.fill(best, Double.MAX_VALUE);
        for (int i = 0; i < runs; i++) {
            run(inputs, (index, workspace) -> {
                long start = System.nanoTime();
                steps.get(index).run(workspace, pool);
                best[index] = Math.min(best[index], (System.nanoTime() - start) / 1e3);
            });
        }
        return describe(best);
    }

    private PlanDescription describe(double @Nullable [] microseconds) {
        List<PlanDescription.Step> described = new ArrayList<>();
        long[] inUse = PlanDescription.arenaBytesInUse(plan);
        for (int i = 0; i < steps.size(); i++) {
            OptionalDouble time = microseconds == null ? OptionalDouble.empty() : OptionalDouble.of(microseconds[i]);
            described.add(PlanDescription.describe(plan.steps().get(i), steps.get(i), inUse[i], time));
        }
        return new PlanDescription(
                described, (long) Float.BYTES * plan.arenaFloats(), PlanDescription.weightBytes(plan));
    }

    /** Runs the step of an index. */
    @FunctionalInterface
    private interface StepRunner {
        void run(int index, Workspace workspace);
    }

    private Map<String, Tensor> run(Map<String, Tensor> inputs, StepRunner runner) {
        Arena arena = spare.pollFirst();
        if (arena == null) {
            arena = Arena.allocate(plan.arenaFloats());
        }
        try {
            Workspace workspace = new Workspace(plan, arena);
            workspace.begin(inputs);
            for (int i = 0; i < steps.size(); i++) {
                runner.run(i, workspace);
                workspace.forget(plan.lastUse().get(i));
            }
            return results(workspace);
        } finally {
            spare.addFirst(arena);
        }
    }

    private Map<String, Tensor> results(Workspace workspace) {
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (String name : plan.outputs()) {
            Tensor result = workspace.tensor(name);
            if (result == null) {
                throw new ModelException(plan.model() + ": nothing makes the value '" + name + "'");
            }
            results.put(name, result);
        }
        return results;
    }
}

package dev.lanewise.benchmarks.model;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Our side: a network as its users run it. Nothing else here calls it. */
final class LanewiseModel {

    private final Model model;
    private final WorkerPool pool;

    private LanewiseModel(Model model, WorkerPool pool) {
        this.model = model;
        this.pool = pool;
    }

    /**
     * @param pool whose threads work on a run
     * @throws dev.lanewise.engine.ModelException if the file is no network that Lanewise runs
     */
    static LanewiseModel load(Path file, ModelOptions options, WorkerPool pool) {
        return new LanewiseModel(Model.load(ModelSource.read(file), options), pool);
    }

    List<GraphValue> inputs() {
        return model.inputs();
    }

    /** The outputs by name. */
    Map<String, Tensor> run(String input, FloatTensor images) {
        return model.run(Map.of(input, images), pool);
    }

    /** What runs for images of a shape: one of them, if it treats them one by one. */
    PlanDescription plan(String input, Shape images) {
        return model.describePlan(Map.of(input, images));
    }

    /** Floating-point operations of a run, two for each multiply-add; empty where shapes are not known well enough. */
    OptionalDouble operations(String input, Shape images) {
        Optional<Double> megaflop = model.describe(Map.of(input, images)).megaflop();
        return megaflop.isPresent() ? OptionalDouble.of(1e6 * megaflop.get()) : OptionalDouble.empty();
    }
}

package dev.lanewise.engine;

import dev.lanewise.engine.compile.BatchAxis;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.compile.ShapeInference;
import dev.lanewise.engine.compiled.CompiledNetwork;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.engine.run.PlanExecutor;
import dev.lanewise.engine.run.TensorRows;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.kernels.tune.KernelProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A graph with the plans that it has been compiled to, one for each combination of input shapes. Where its rows are
 * independent of one another, they run one by one and share one plan, whatever the size of the batch.
 */
final class Network {

    /** Plans kept, each with its packed weights; those used longest ago make room. */
    private static final int PLANS = 4;

    private static final WorkerPool ONE_THREAD = new WorkerPool(1);

    private final Graph graph;
    private final List<String> wanted;
    private final ModelOptions options;
    private final BiFunction<Plan, KernelProgress, PlanExecutor> kernels;
    private final boolean rowByRow;

    /** Plans that have been made before, perhaps elsewhere. */
    private final Map<Map<String, Shape>, Plan> given;

    private final Map<Map<String, Shape>, PlanExecutor> plans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, Shape>, PlanExecutor> eldest) {
            return size() > PLANS;
        }
    };

    /** Those of {@link #plans}, for readers that must not wait while one is being made. */
    private volatile List<PlanExecutor> made = List.of();

    /** @param wanted the values to compute, any of the graph's */
    Network(Graph graph, Collection<String> wanted, ModelOptions options) {
        this(graph, wanted, options, Map.of());
    }

    /** @param given plans by the shapes of inputs that they are for, made of the same graph with the same options */
    Network(Graph graph, Collection<String> wanted, ModelOptions options, Map<Map<String, Shape>, Plan> given) {
        this(
                graph,
                wanted,
                options,
                given,
                (plan, progress) ->
                        new PlanExecutor(plan, ConvolutionSelector.standard(), VectorWidth.preferred(), progress));
    }

    /** @param kernels finds those of a plan */
    Network(Graph graph, Collection<String> wanted, ModelOptions options, Function<Plan, PlanExecutor> kernels) {
        this(graph, wanted, options, Map.of(), (plan, progress) -> kernels.apply(plan));
    }

    /** As the others: all of what they take. */
    Network(
            Graph graph,
            Collection<String> wanted,
            ModelOptions options,
            Map<Map<String, Shape>, Plan> given,
            BiFunction<Plan, KernelProgress, PlanExecutor> kernels) {
        this.wanted = List.copyOf(wanted);
        this.options = options;
        this.kernels = kernels;
        this.given = Map.copyOf(given);
        Map<String, ValueFact> facts = ShapeInference.infer(graph);
        this.graph = reduced(graph, this.wanted, facts);
        this.rowByRow = BatchAxis.rowsAreIndependent(this.graph, facts);
    }

    /** The graph with the wanted values as outputs, without inputs that nobody reads: they may have any shape. */
    private static Graph reduced(Graph graph, List<String> wanted, Map<String, ValueFact> facts) {
        Set<String> read = new HashSet<>(wanted);
        graph.nodes().forEach(node -> read.addAll(node.inputs()));
        List<GraphValue> inputs = graph.inputs().stream()
                .filter(input -> read.contains(input.name()))
                .toList();
        List<GraphValue> outputs = wanted.stream()
                .map(name -> new GraphValue(
                        name, Objects.requireNonNull(facts.get(name), name).type()))
                .toList();
        return new Graph(graph.name(), graph.opset(), inputs, outputs, graph.nodes(), graph.constants());
    }

    /** Runs once; the inputs given have been checked. */
    Map<String, Tensor> run(Map<String, Tensor> given, WorkerPool pool, BooleanSupplier cancelled) {
        Map<String, Tensor> inputs = new HashMap<>();
        graph.inputs().forEach(input -> inputs.put(input.name(), Objects.requireNonNull(given.get(input.name()))));
        Map<String, Shape> shapes = shapes(inputs);
        PlanExecutor executor = executor(shapes);
        return refusing(planned(shapes), () -> run(executor, inputs, pool, cancelled));
    }

    private Map<String, Tensor> run(
            PlanExecutor executor, Map<String, Tensor> inputs, WorkerPool pool, BooleanSupplier cancelled) {
        int rows = rows(inputs);
        if (!rowByRow || rows <= 1) {
            return executor.run(inputs, pool, cancelled);
        }
        // Rows on all threads at once cost nothing for sharing; those left over share each row.
        int together = rows / pool.threads() * pool.threads();
        List<Map<String, Tensor>> results =
                new ArrayList<>(pool.map(together, row -> executor.run(row(inputs, row), ONE_THREAD, cancelled)));
        for (int row = together; row < rows; row++) {
            results.add(executor.run(row(inputs, row), pool, cancelled));
        }
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (String name : wanted) {
            joined.put(
                    name,
                    TensorRows.joined(results.stream()
                            .map(row -> Objects.requireNonNull(row.get(name)))
                            .toList()));
        }
        return joined;
    }

    /** Whether the rows of a batch are run one by one. */
    boolean isRunRowByRow() {
        return rowByRow;
    }

    /**
     * A given plan may be a forgery: steps that do not suit each other are its fault, not that of Lanewise.
     *
     * @throws ModelException if they do not
     */
    private <T> T refusing(Map<String, Shape> planned, Supplier<T> work) {
        try {
            return work.get();
        } catch (CancellationException e) {
            throw e;
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | ArithmeticException e) {
            if (!given.containsKey(planned)) {
                throw e;
            }
            throw new ModelException(
                    graph.name() + ": its compiled form is malformed: " + e.getMessage() + "; compile the model again",
                    e);
        }
    }

    private Plan plan(Map<String, Shape> shapes) {
        Plan made = given.get(shapes);
        return made == null ? newPlan(shapes) : made;
    }

    private Plan newPlan(Map<String, Shape> shapes) {
        Map<String, TensorType> types = new HashMap<>();
        for (GraphValue input : graph.inputs()) {
            Shape shape = Objects.requireNonNull(shapes.get(input.name()));
            types.put(input.name(), new TensorType(input.type().elementType(), TensorType.dimensions(shape)));
        }
        Compiler.Compiled compiled = Compiler.specialize(graph, types);
        try {
            return Lowering.lower(compiled.graph(), compiled.facts(), wanted, options.winograd());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelException(
                    graph.name() + ": inputs of shapes " + shapes + " cannot be run: " + e.getMessage()
                            + "; use a smaller batch or image",
                    e);
        }
    }

    /** The plan for inputs of given shapes, with the shapes that it is for: one row of them where rows are independent. */
    CompiledNetwork.PlanFor planFor(Map<String, Shape> shapes) {
        Map<String, Shape> planned = planned(shapes);
        return new CompiledNetwork.PlanFor(planned, plan(planned));
    }

    /** What a run with inputs of given shapes needs; compiles no kernel. */
    ModelMemory memory(Map<String, Shape> shapes) {
        Plan plan = plan(planned(shapes));
        return new ModelMemory((long) Float.BYTES * plan.arenaFloats(), PlanDescription.weightBytes(plan));
    }

    /** Compiles the kernels for inputs of given shapes, if they are not compiled yet. */
    PlanExecutor executor(Map<String, Shape> shapes) {
        return executor(shapes, KernelProgress.NONE);
    }

    /** As the other, and tells how far it has come. */
    synchronized PlanExecutor executor(Map<String, Shape> shapes, KernelProgress progress) {
        Map<String, Shape> planned = planned(shapes);
        PlanExecutor executor = plans.get(planned);
        if (executor == null) {
            Plan plan = plan(planned);
            executor = refusing(planned, () -> kernels.apply(plan, progress));
            plans.put(planned, executor);
            made = List.copyOf(plans.values());
        }
        return executor;
    }

    /** What the plans made so far keep, in bytes. */
    long memoryBytes() {
        return made.stream().mapToLong(PlanExecutor::memoryBytes).sum();
    }

    /** The shapes that a plan is made for. */
    private Map<String, Shape> planned(Map<String, Shape> shapes) {
        Map<String, Shape> planned = new HashMap<>();
        for (GraphValue input : graph.inputs()) {
            Shape shape = Objects.requireNonNull(shapes.get(input.name()));
            planned.put(input.name(), rowByRow && shape.dim(0) > 1 ? shape.with(0, 1) : shape);
        }
        return planned;
    }

    private static Map<String, Tensor> row(Map<String, Tensor> inputs, int row) {
        Map<String, Tensor> rows = new HashMap<>();
        inputs.forEach((name, tensor) -> rows.put(name, TensorRows.row(tensor, row)));
        return rows;
    }

    /** The common number of rows; 0 if there is none. */
    private int rows(Map<String, Tensor> inputs) {
        for (GraphValue input : graph.inputs()) {
            Shape shape = Objects.requireNonNull(inputs.get(input.name())).shape();
            if (shape.rank() > 0) {
                return shape.dim(0);
            }
        }
        return 0;
    }

    private static Map<String, Shape> shapes(Map<String, Tensor> inputs) {
        Map<String, Shape> shapes = new HashMap<>();
        inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }
}

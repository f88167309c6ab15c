package dev.lanewise.engine;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.compile.ConvolutionWorkloads;
import dev.lanewise.engine.compile.ShapeInference;
import dev.lanewise.engine.compiled.CompiledNetwork;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.KernelProgress;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A network, ready to run. Immutable and safe to share between threads. */
public final class Model {

    /** Sets of other values than the outputs that a model stays compiled for. */
    private static final int OTHERS = 4;

    /** Runs that warm up what has no warm-up of its own: packing, pooling, elementwise operators. */
    private static final int WARM_UP_RUNS = 3;

    private static final WorkerPool ONE_THREAD = new WorkerPool(1);

    private final String name;
    private final String contentHash;

    /** The graph as the file has it: any of its values can be asked for. */
    private final Graph written;

    private final Graph compiled;
    private final List<GraphValue> outputs;
    private final ModelOptions options;
    private final Network network;

    /** For other values than the outputs, by their names. */
    private final Map<List<String>, Network> others = new ConcurrentHashMap<>();

    /** The values that the compiled network has as well. */
    private final Set<String> keptWhenCompiled = new HashSet<>();

    private final WrittenValues writtenValues;

    private final InputRequirements requirements;

    /**
     * @param facts of the compiled graph's values
     * @param network how that graph has been compiled
     */
    private Model(
            ModelSource source,
            Graph written,
            Graph compiled,
            Map<String, ValueFact> facts,
            ModelOptions options,
            Network network) {
        this.options = options;
        this.written = written;
        this.compiled = compiled;
        this.network = network;
        name = source.name();
        contentHash = source.contentHash();
        outputs = compiled.outputs().stream()
                .map(output -> new GraphValue(output.name(), outputType(output, facts)))
                .toList();
        keptWhenCompiled.addAll(compiled.constants().keySet());
        compiled.inputs().forEach(input -> keptWhenCompiled.add(input.name()));
        compiled.nodes().forEach(node -> keptWhenCompiled.addAll(node.outputs()));
        requirements = new InputRequirements(written, compiled);
        writtenValues = new WrittenValues(written);
    }

    /**
     * Reads an ONNX file.
     *
     * @throws ModelException if the model cannot be read or run; the message is one line
     */
    public static Model load(Path file) {
        return load(ModelSource.read(file));
    }

    /** As {@link #load(Path)}, from bytes. */
    public static Model load(ModelSource source) {
        return load(source, ModelOptions.DEFAULT);
    }

    /** As {@link #load(ModelSource)}, compiled in a certain way. */
    public static Model load(ModelSource source, ModelOptions options) {
        return load(source, options, ModelProgress.NONE);
    }

    /** As {@link #load(ModelSource, ModelOptions)}, telling how far it has come. */
    public static Model load(ModelSource source, ModelOptions options, ModelProgress progress) {
        Graph written = read(source, progress);
        progress.at(ModelProgress.Phase.COMPILING, 0, 1);
        Compiler.Compiled result = Compiler.compile(written);
        Graph compiled = result.graph();
        Network network = new Network(compiled, Lowering.outputs(compiled), options);
        progress.at(ModelProgress.Phase.COMPILING, 1, 1);
        return new Model(source, written, compiled, result.facts(), options, network);
    }

    /**
     * Takes a model as another machine has compiled it, with the options that it had there: nothing is compiled again but the
     * kernels, and for other shapes of inputs than those given to {@link #writeCompiled} the plan.
     *
     * @param compiled the bytes that {@link #writeCompiled} has written
     * @throws ModelException if they are damaged, of another version of the format, or of another model
     */
    public static Model loadCompiled(ModelSource source, byte[] compiled) {
        return loadCompiled(source, compiled, ModelProgress.NONE);
    }

    /** As {@link #loadCompiled(ModelSource, byte[])}, telling how far it has come. */
    public static Model loadCompiled(ModelSource source, byte[] compiled, ModelProgress progress) {
        Graph written = read(source, progress);
        try {
            CompiledNetwork saved = CompiledNetwork.read(compiled, written, source.contentHash());
            ModelOptions options = new ModelOptions(saved.winograd());
            Map<Map<String, Shape>, Plan> plans = new HashMap<>();
            saved.plans().forEach(plan -> plans.put(plan.inputs(), plan.plan()));
            Network network = new Network(saved.graph(), Lowering.outputs(saved.graph()), options, plans);
            return new Model(source, written, saved.graph(), ShapeInference.infer(saved.graph()), options, network);
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException e) {
            // A graph that no compiler makes: the checksum is right, so somebody else has written it.
            throw new ModelException(source.name() + ": its compiled form is malformed: " + e.getMessage(), e);
        }
    }

    private static Graph read(ModelSource source, ModelProgress progress) {
        progress.at(ModelProgress.Phase.READING, 0, 1);
        Graph written = OnnxReader.read(source.name(), source.onnx());
        progress.at(ModelProgress.Phase.READING, 1, 1);
        return written;
    }

    /**
     * Writes what the model was compiled to, for {@link #loadCompiled}: the graph that is left, and for some shapes of inputs
     * the whole plan, with every choice that a bit of the results depends on. Weights that the model's own file has are not
     * repeated. The stream stays open.
     *
     * @param inputShapes those to plan for, each as {@link #describe(Map)} takes them; other shapes are planned where the model runs
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public void writeCompiled(OutputStream out, Collection<Map<String, Shape>> inputShapes) throws IOException {
        List<CompiledNetwork.PlanFor> plans = inputShapes.stream()
                .map(requirements::shapes)
                .map(network::planFor)
                .toList();
        new CompiledNetwork(contentHash, options.winograd(), compiled, plans).write(out, written);
    }

    /** What to call the model in messages: its file. */
    public String name() {
        return name;
    }

    /** The SHA-256 of the model with its external data, in hexadecimal. */
    public String contentHash() {
        return contentHash;
    }

    /** The values that {@link #run} must be given. */
    public List<GraphValue> inputs() {
        return compiled.inputs();
    }

    /** The values that {@link #run} returns, with the types that follow from the inputs'. */
    public List<GraphValue> outputs() {
        return outputs;
    }

    /** Every value that a node of the file makes, in the order of the nodes: what {@link #run(Map, Collection)} knows. */
    public List<String> values() {
        return writtenValues.names();
    }

    /** The ONNX type of the operator that makes a value, such as {@code Softmax}; empty for inputs and constants. */
    public Optional<String> producer(String value) {
        return writtenValues.producer(value).map(Node::type);
    }

    /**
     * As {@link #producer}, but of the operator that computes the value: those in between that only pass it on, in another
     * shape or type perhaps, do not count.
     */
    public Optional<String> computer(String value) {
        return writtenValues.computer(value).map(Node::type);
    }

    /**
     * Runs the network once, on the calling thread.
     *
     * @param inputs a tensor for every one of {@link #inputs}, by name
     * @return the outputs by name, in the order of {@link #outputs}
     * @throws ModelException if an input is missing or its shape or type does not fit
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return run(inputs, ONE_THREAD);
    }

    /** As {@link #run(Map)}, on the threads of a pool. The bits of the results do not depend on how many there are. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, WorkerPool pool) {
        return run(inputs, pool, () -> false);
    }

    /**
     * As {@link #run(Map, WorkerPool)}, unless it is cancelled.
     *
     * @param cancelled asked before every layer, by any of the threads; true ends the run soon
     * @throws CancellationException if the run was cancelled
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, WorkerPool pool, BooleanSupplier cancelled) {
        requirements.check(inputs);
        return network.run(inputs, pool, cancelled);
    }

    /**
     * Computes any values of the network: outputs, or what flows between the nodes of the file, such as an embedding.
     *
     * @param inputs a tensor for every one of {@link #inputs}, by name
     * @param values the names of the values wanted
     * @return the values by name, in the order they were asked for
     * @throws ModelException if there is no value of a name, an input is missing, or its shape or type does not fit
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Collection<String> values) {
        return run(inputs, values, ONE_THREAD, () -> false);
    }

    /**
     * As {@link #run(Map, Collection)}, on the threads of a pool, unless it is cancelled. A value has the same bits
     * whichever others are computed with it: those that the compiler has kept come from one run of the compiled network,
     * those that it has fused away from one of the network as written.
     *
     * @throws CancellationException if the run was cancelled
     */
    public Map<String, Tensor> run(
            Map<String, Tensor> inputs, Collection<String> values, WorkerPool pool, BooleanSupplier cancelled) {
        requirements.check(inputs);
        checkValues(values);
        Map<Boolean, List<String>> byCompiled =
                values.stream().distinct().collect(Collectors.partitioningBy(keptWhenCompiled::contains));
        Map<String, Tensor> computed = new HashMap<>();
        byCompiled.forEach((kept, names) -> {
            if (!names.isEmpty()) {
                computed.putAll(network(kept ? compiled : written, names).run(inputs, pool, cancelled));
            }
        });
        Map<String, Tensor> results = new LinkedHashMap<>();
        values.forEach(value -> results.put(value, Objects.requireNonNull(computed.get(value), value)));
        return results;
    }

    /**
     * Refuses names that no value of the network has.
     *
     * @throws ModelException that names the first such
     */
    public void checkValues(Collection<String> values) {
        values.forEach(writtenValues::require);
    }

    private Network network(Graph graph, List<String> values) {
        if (values.equals(Lowering.outputs(compiled))) {
            return network;
        }
        if (others.size() >= OTHERS && !others.containsKey(values)) {
            // Each has weights of its own.
            others.clear();
        }
        return others.computeIfAbsent(values, names -> new Network(graph, names, options));
    }

    /**
     * Plans for inputs of given shapes, generates the kernels, has the JVM compile them, and, where all inputs are
     * floats, runs a few times on zeros: what the first run would otherwise wait for, some seconds for a network that this JVM has not run yet. Does next to
     * nothing the second time.
     *
     * @param inputShapes as {@link #describe(Map)} takes them; an open batch is one of 1
     * @param pool runs on zeros, as {@link #run(Map, WorkerPool)} does
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public void warmUp(Map<String, Shape> inputShapes, WorkerPool pool, ModelProgress progress) {
        Map<String, Shape> shapes = requirements.shapes(inputShapes);
        network.executor(shapes, new KernelProgress() {
            @Override
            public void generated(int done, int total) {
                progress.at(ModelProgress.Phase.GENERATING, done, total);
            }

            @Override
            public void accepted(int done, int total) {
                progress.at(ModelProgress.Phase.WARMING_UP, done, total);
            }
        });
        if (inputs().stream().anyMatch(input -> input.type().elementType() != ElementType.FLOAT32)) {
            // Zeros may be no valid tokens or sizes.
            return;
        }
        Map<String, Tensor> inputs = requirements.zeros(shapes);
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            progress.at(ModelProgress.Phase.RUNNING, run, WARM_UP_RUNS);
            network.run(inputs, pool, () -> false);
        }
        progress.at(ModelProgress.Phase.RUNNING, WARM_UP_RUNS, WARM_UP_RUNS);
    }

    /** The layers and what they cost, with shapes as far as they are known before run time. */
    public ModelDescription describe() {
        return describe(Map.of());
    }

    /**
     * The layers and what they cost for inputs of given shapes.
     *
     * @param inputShapes by the inputs' names; an input without one keeps its declared, perhaps symbolic shape
     * @throws ModelException if there is no such input or its shape does not fit
     */
    public ModelDescription describe(Map<String, Shape> inputShapes) {
        return ModelDescription.of(this, compiled, requirements.infer(inputShapes));
    }

    /**
     * What runs for inputs of given shapes, one row of them where rows are independent; compiles the kernels, which takes
     * seconds for a network that this JVM has not run yet.
     *
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public PlanDescription describePlan(Map<String, Shape> inputShapes) {
        return network.executor(requirements.shapes(inputShapes)).describe();
    }

    /** Compiles the network of the file once more, and tells what each pass makes of it. */
    public void tellPasses(Compiler.PassListener listener) {
        Compiler.compile(written, listener);
    }

    /** Whether the rows of a batch are run one by one, so that a larger batch saves nothing. */
    public boolean isRunRowByRow() {
        return network.isRunRowByRow();
    }

    /**
     * What a run needs, one row of the inputs where rows are independent; unlike {@link #describePlan} this compiles no
     * kernels.
     *
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public ModelMemory memory(Map<String, Shape> inputShapes) {
        return network.memory(requirements.shapes(inputShapes));
    }

    /**
     * As {@link #describePlan}, with the best times of all steps.
     *
     * @param runs how often to run the network, on zeros; at least once
     */
    public PlanDescription profile(Map<String, Shape> inputShapes, WorkerPool pool, int runs) {
        if (runs < 1) {
            throw new IllegalArgumentException("runs must be at least 1, not " + runs);
        }
        Map<String, Shape> shapes = requirements.shapes(inputShapes);
        return network.executor(shapes).profile(requirements.zeros(shapes), pool, runs);
    }

    /**
     * The different convolutions of the network for inputs of given shapes, as {@link #describe(Map)} takes them; those
     * whose height or width is not known are left out.
     */
    public List<ConvWorkload> convolutions(Map<String, Shape> inputShapes) {
        return ConvolutionWorkloads.of(compiled, requirements.infer(inputShapes));
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * About how much memory the model keeps, in bytes: its constants as the file has them and as they were compiled, and
     * the weights and arenas of the plans made so far, which grow with the sizes of input and the threads that it meets.
     */
    public long memoryBytes() {
        Set<Tensor> constants = Collections.newSetFromMap(new IdentityHashMap<>());
        constants.addAll(written.constants().values());
        constants.addAll(compiled.constants().values());
        long bytes = constants.stream()
                .mapToLong(constant -> (long) Float.BYTES * constant.shape().size())
                .sum();
        return bytes
                + network.memoryBytes()
                + others.values().stream().mapToLong(Network::memoryBytes).sum();
    }

    /** What follows from the inputs, or, where that is less, what the file declares. */
    private static TensorType outputType(GraphValue declared, Map<String, ValueFact> facts) {
        ValueFact fact = facts.get(declared.name());
        if (fact == null) {
            return declared.type();
        }
        return fact.dimensions() == null
                ? new TensorType(fact.elementType(), declared.type().dimensions())
                : fact.type();
    }
}

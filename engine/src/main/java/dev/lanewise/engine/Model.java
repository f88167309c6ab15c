package dev.lanewise.engine;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.compile.ConvolutionWorkloads;
import dev.lanewise.engine.compile.ShapeInference;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.engine.lowering.Lowering;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.KernelProgress;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Operators whose first output is their first input, in another shape or type perhaps. */
    private static final Set<String> PASSING_ON =
            Set.of("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze");

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

    private final Map<String, Node> producers = new HashMap<>();

    /** The values that anything depends on; the shape of another input cannot be wrong. */
    private final Set<String> read = new HashSet<>();

    private Model(ModelSource source, ModelOptions options, ModelProgress progress) {
        this.options = options;
        name = source.name();
        contentHash = source.contentHash();
        progress.at(ModelProgress.Phase.READING, 0, 1);
        written = OnnxReader.read(name, source.onnx());
        progress.at(ModelProgress.Phase.READING, 1, 1);
        progress.at(ModelProgress.Phase.COMPILING, 0, 1);
        Compiler.Compiled result = Compiler.compile(written);
        compiled = result.graph();
        outputs = compiled.outputs().stream()
                .map(output -> new GraphValue(output.name(), outputType(output, result.facts())))
                .toList();
        keptWhenCompiled.addAll(compiled.constants().keySet());
        compiled.inputs().forEach(input -> keptWhenCompiled.add(input.name()));
        compiled.nodes().forEach(node -> keptWhenCompiled.addAll(node.outputs()));
        network = new Network(compiled, Lowering.outputs(compiled), options);
        progress.at(ModelProgress.Phase.COMPILING, 1, 1);
        written.outputs().forEach(output -> read.add(output.name()));
        for (Node node : written.nodes()) {
            read.addAll(node.inputs());
            node.outputs().stream().filter(output -> !output.isEmpty()).forEach(output -> producers.put(output, node));
        }
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
        return new Model(source, options, progress);
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
        return written.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The ONNX type of the operator that makes a value, such as {@code Softmax}; empty for inputs and constants. */
    public Optional<String> producer(String value) {
        return Optional.ofNullable(producers.get(value)).map(Node::type);
    }

    /**
     * As {@link #producer}, but of the operator that computes the value: those in between that only pass it on, in another
     * shape or type perhaps, do not count.
     */
    public Optional<String> computer(String value) {
        String passed = value;
        Node node = producers.get(passed);
        while (node != null
                && PASSING_ON.contains(node.type())
                && node.outputs().get(0).equals(passed)) {
            passed = node.inputs().get(0);
            node = producers.get(passed);
        }
        return Optional.ofNullable(node).map(Node::type);
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
        checkInputs(inputs);
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
        checkInputs(inputs);
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
        for (String value : values) {
            if (!producers.containsKey(value)
                    && !written.constants().containsKey(value)
                    && inputs().stream().noneMatch(input -> input.name().equals(value))) {
                throw new ModelException(name + ": the graph has no value named '" + value + "'");
            }
        }
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
        Map<String, Shape> shapes = shapes(inputShapes);
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
        Map<String, Tensor> inputs = zeros(shapes);
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            progress.at(ModelProgress.Phase.RUNNING, run, WARM_UP_RUNS);
            network.run(inputs, pool, () -> false);
        }
        progress.at(ModelProgress.Phase.RUNNING, WARM_UP_RUNS, WARM_UP_RUNS);
    }

    private Map<String, Tensor> zeros(Map<String, Shape> shapes) {
        Map<String, Tensor> inputs = new HashMap<>();
        shapes.forEach((input, shape) -> inputs.put(input, FloatTensor.of(shape, new float[shape.size()])));
        checkInputs(inputs);
        return inputs;
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
        return ModelDescription.of(this, compiled, infer(inputShapes));
    }

    /**
     * What runs for inputs of given shapes, one row of them where rows are independent; compiles the kernels, which takes
     * seconds for a network that this JVM has not run yet.
     *
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public PlanDescription describePlan(Map<String, Shape> inputShapes) {
        return network.executor(shapes(inputShapes)).describe();
    }

    /**
     * What a run needs, one row of the inputs where rows are independent; unlike {@link #describePlan} this compiles no
     * kernels.
     *
     * @throws ModelException if there is no such input, its shape does not fit, or is not known
     */
    public ModelMemory memory(Map<String, Shape> inputShapes) {
        return network.memory(shapes(inputShapes));
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
        Map<String, Shape> shapes = shapes(inputShapes);
        return network.executor(shapes).profile(zeros(shapes), pool, runs);
    }

    /** The shapes given, and of other inputs the declared ones; a batch of one where it is open. */
    private Map<String, Shape> shapes(Map<String, Shape> given) {
        Map<String, ValueFact> facts = infer(given);
        Map<String, Shape> shapes = new HashMap<>();
        for (GraphValue input : inputs()) {
            ValueFact fact = facts.get(input.name());
            List<Dimension> dimensions = fact == null ? null : fact.dimensions();
            if (dimensions == null || dimensions.stream().skip(1).anyMatch(dimension -> !dimension.isKnown())) {
                throw new ModelException(
                        name + ": the shape of input '" + input.name() + "' is open: " + input.type() + "");
            }
            shapes.put(
                    input.name(),
                    Shape.of(dimensions.stream()
                            .mapToLong(dimension -> dimension.isKnown() ? dimension.size() : 1)
                            .toArray()));
        }
        return shapes;
    }

    /**
     * The different convolutions of the network for inputs of given shapes, as {@link #describe(Map)} takes them; those
     * whose height or width is not known are left out.
     */
    public List<ConvWorkload> convolutions(Map<String, Shape> inputShapes) {
        return ConvolutionWorkloads.of(compiled, infer(inputShapes));
    }

    private Map<String, ValueFact> infer(Map<String, Shape> inputShapes) {
        Map<String, TensorType> types = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        inputShapes.forEach((input, shape) -> {
            GraphValue declared = input(input);
            checkShape(declared, shape, sizes);
            types.put(input, new TensorType(declared.type().elementType(), TensorType.dimensions(shape)));
        });
        return ShapeInference.infer(compiled, types);
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

    private GraphValue input(String input) {
        return inputs().stream()
                .filter(value -> value.name().equals(input))
                .findFirst()
                .orElseThrow(() -> new ModelException(name + ": there is no input '" + input + "'; " + wants()));
    }

    private void checkInputs(Map<String, Tensor> given) {
        Map<String, Long> sizes = new HashMap<>();
        for (GraphValue input : inputs()) {
            Tensor tensor = given.get(input.name());
            if (tensor == null) {
                throw new ModelException(name + ": input '" + input.name() + "' is missing; " + wants());
            }
            if (tensor.elementType() != input.type().elementType()) {
                throw new ModelException(
                        name + ": input '" + input.name() + "' is " + tensor + ", but the model wants " + input.type());
            }
            if (read.contains(input.name())) {
                checkShape(input, tensor.shape(), sizes);
            }
        }
        given.keySet().forEach(this::input);
    }

    private void checkShape(GraphValue input, Shape shape, Map<String, Long> sizes) {
        List<Dimension> wanted = input.type().dimensions();
        if (wanted == null) {
            return;
        }
        boolean fits = wanted.size() == shape.rank();
        for (int axis = 0; fits && axis < wanted.size(); axis++) {
            Dimension dimension = wanted.get(axis);
            fits = !dimension.isKnown() || dimension.size() == shape.dim(axis);
        }
        if (!fits) {
            throw new ModelException(name + ": input '" + input.name() + "' has shape " + shape
                    + ", but the model wants " + input.type());
        }
        for (int axis = 0; axis < wanted.size(); axis++) {
            Long other = sizes.putIfAbsent(wanted.get(axis).toString(), (long) shape.dim(axis));
            if (other != null && other != shape.dim(axis)) {
                throw new ModelException(name + ": input '" + input.name() + "' has shape " + shape
                        + ", but the model wants " + input.type() + ", where " + wanted.get(axis) + " is " + other
                        + " already");
            }
        }
    }

    private String wants() {
        List<String> texts = new ArrayList<>();
        inputs().forEach(input -> texts.add("'" + input.name() + "' " + input.type()));
        return "the model wants " + (texts.isEmpty() ? "no input" : String.join(", ", texts));
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

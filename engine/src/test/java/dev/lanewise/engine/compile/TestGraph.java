package dev.lanewise.engine.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.SlidingWindow.AutoPad;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small graph, what a pass should leave of it, and the check that it still computes the same for seeded inputs. Values
 * are named by their numbers; inputs are images unless said otherwise.
 */
final class TestGraph {

    static final Dimension BATCH = Dimension.symbol("N");

    /** With all that ONNX takes by default, for any number of axes. */
    static final SlidingWindow PLAIN =
            new SlidingWindow(List.of(), List.of(), List.of(), List.of(), AutoPad.NOTSET, false);

    /** The largest difference that regrouped sums and rounded constants may make, relative to the largest element. */
    private static final double TOLERANCE = 1e-5;

    private static final long SEED = 41;
    private static final int IMAGES = 3;

    private final Random random = new Random(SEED);
    private final List<GraphValue> inputs = new ArrayList<>();
    private final List<GraphValue> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private int values;

    /** An input of FLOAT32 whose first dimension is the batch. */
    String input(int... dimensions) {
        return input(ElementType.FLOAT32, dimensions);
    }

    String input(ElementType type, int... dimensions) {
        List<Dimension> symbolic = new ArrayList<>(List.of(BATCH));
        Arrays.stream(dimensions).mapToObj(Dimension::of).forEach(symbolic::add);
        String name = next("input");
        inputs.add(new GraphValue(name, new TensorType(type, symbolic)));
        return name;
    }

    /** A constant of seeded elements. */
    String floats(int... dimensions) {
        return constant(random(Shape.of(dimensions)));
    }

    /** A constant of seeded elements between 0.5 and 2: a variance, a divisor. */
    String positives(int... dimensions) {
        FloatTensor tensor = random(Shape.of(dimensions));
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = 0.5f + 1.5f * random.nextFloat();
        }
        return constant(tensor);
    }

    String scalar(float element) {
        return constant(FloatTensor.scalar(element));
    }

    String longs(long... elements) {
        return constant(LongTensor.of(Shape.of(elements.length), elements));
    }

    String constant(Tensor tensor) {
        String name = next("constant");
        constants.put(name, tensor);
        return name;
    }

    /** Adds a node of one output; returns the output's name. */
    String node(Operator operator, String... operands) {
        return node(operator.getClass().getSimpleName(), operator, operands);
    }

    String node(String type, Operator operator, String... operands) {
        String output = next("value");
        nodes.add(new Node(type + " of " + output, type, operator, List.of(operands), List.of(output)));
        return output;
    }

    /** A convolution of 3x3 pixels, padded by one, with weights of its own. */
    String convolution(String x, int inputChannels, int outputChannels) {
        return node(window(1), x, floats(outputChannels, inputChannels, 3, 3));
    }

    static Convolution window(int pad) {
        return new Convolution(slidingWindow(List.of(), pad), 1);
    }

    static SlidingWindow slidingWindow(List<Integer> kernel, int pad) {
        return new SlidingWindow(kernel, List.of(1, 1), List.of(), List.of(pad, pad, pad, pad), AutoPad.NOTSET, false);
    }

    /** Finishes the graph. */
    Graph to(String... names) {
        for (String name : names) {
            outputs.add(new GraphValue(name, TensorType.unknownRank(ElementType.FLOAT32)));
        }
        return new Graph("test", 17, inputs, outputs, nodes, constants);
    }

    /** Applies a pass; asserts which operators are left, in their order, and that they compute what the graph did. */
    static Graph assertLeaves(Compiler.Pass pass, Graph graph, Operator... operators) {
        Graph result = pass.apply(graph, ShapeInference.infer(graph));
        assertEquals(
                List.of(operators), result.nodes().stream().map(Node::operator).toList());
        assertEquals(graph.outputs(), result.outputs());
        Map<String, Tensor> given = new HashMap<>();
        Random random = new Random(SEED + 1);
        for (GraphValue input : graph.inputs()) {
            given.put(input.name(), given(input, random));
        }
        Map<String, Tensor> expected = run(graph, given);
        Map<String, Tensor> actual = run(result, given);
        expected.forEach((output, tensor) -> assertClose(output, tensor, actual.get(output)));
        ShapeInference.infer(result).forEach((name, fact) -> {
            if (expected.containsKey(name)) {
                assertEquals(ShapeInference.infer(graph).get(name).type(), fact.type(), name);
            }
        });
        return result;
    }

    /** Asserts that a pass finds nothing in a graph. */
    static void assertKeeps(Compiler.Pass pass, Graph graph) {
        assertEquals(
                graph.nodes(), pass.apply(graph, ShapeInference.infer(graph)).nodes());
    }

    private static Map<String, Tensor> run(Graph graph, Map<String, Tensor> given) {
        List<String> names = graph.outputs().stream().map(GraphValue::name).toList();
        return new ReferenceExecutor(graph, names).run(given);
    }

    private static void assertClose(String output, Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape(), output);
        double largest = 0;
        for (int i = 0; i < expected.shape().size(); i++) {
            largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
        }
        for (int i = 0; i < expected.shape().size(); i++) {
            assertEquals(
                    expected.doubleAt(i), actual.doubleAt(i), TOLERANCE * largest, output + " " + i + ", seed " + SEED);
        }
    }

    private static Tensor given(GraphValue input, Random random) {
        List<Dimension> dimensions = input.type().dimensions();
        int[] sizes = dimensions.stream()
                .mapToInt(dimension -> dimension.isKnown() ? (int) dimension.size() : IMAGES)
                .toArray();
        FloatTensor tensor = random(Shape.of(sizes), random);
        return new FloatTensor(input.type().elementType(), tensor.shape(), tensor.data());
    }

    private FloatTensor random(Shape shape) {
        return random(shape, random);
    }

    /** Elements on both sides of every bend of the usual activations. */
    private static FloatTensor random(Shape shape, Random random) {
        float[] data = new float[shape.size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (3 * random.nextGaussian());
        }
        return FloatTensor.of(shape, data);
    }

    private String next(String what) {
        return what + values++;
    }
}

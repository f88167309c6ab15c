package dev.lanewise.engine.compiled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.lowering.RandomGraph;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledNetworkTest {

    private static final Set<Class<?>> PLAIN = Set.of(
            int.class,
            Integer.class,
            long.class,
            float.class,
            double.class,
            boolean.class,
            String.class,
            OptionalInt.class,
            Shape.class,
            ChannelOrder.class,
            float[].class,
            long[].class,
            double[].class);

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void runsAsBeforeWhenReadAgain(long seed) throws IOException {
        RandomGraph random = new RandomGraph(seed, Dimension.of(2));
        Map<String, Tensor> inputs = random.inputs(2);
        Graph graph = Compiler.compile(random.graph()).graph();
        Plan plan = Plans.of(graph, inputs, true);
        Map<String, Shape> shapes = new HashMap<>();
        inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        CompiledNetwork network =
                new CompiledNetwork("hash", true, graph, List.of(new CompiledNetwork.PlanFor(shapes, plan)));
        byte[] bytes = bytes(network, random.graph());

        CompiledNetwork again = CompiledNetwork.read(bytes, random.graph(), "hash");

        assertArrayEquals(bytes, bytes(again, random.graph()));
        Plans.assertSameBits(
                "seed " + seed,
                Plans.run(Plans.scalar(plan), inputs),
                Plans.run(Plans.scalar(again.plans().get(0).plan()), inputs));
    }

    private static byte[] bytes(CompiledNetwork network, Graph written) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        network.write(out, written);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(classes = {CompiledNetwork.class, Operator.class, PlanStep.class})
    void consistsOnlyOfWhatCanBeWritten(Class<?> type) {
        requireWritable(type, type.getSimpleName(), new HashSet<>());
    }

    private static void requireWritable(Type type, String where, Set<Type> seen) {
        if (type instanceof ParameterizedType generic) {
            assertTrue(Set.of(List.class, Map.class).contains(generic.getRawType()), () -> where + ": " + type);
            for (Type argument : generic.getActualTypeArguments()) {
                requireWritable(argument, where, seen);
            }
            return;
        }
        assertTrue(type instanceof Class<?>, () -> where + ": " + type);
        Class<?> plain = (Class<?>) type;
        if (PLAIN.contains(plain) || plain.isEnum() || !seen.add(plain)) {
            return;
        } else if (plain.isRecord()) {
            for (RecordComponent component : plain.getRecordComponents()) {
                requireWritable(component.getGenericType(), where + "." + component.getName(), seen);
            }
            return;
        }
        assertTrue(plain.isSealed(), () -> where + ": " + type);
        RecordTypes.permitted(plain).forEach((name, permitted) -> requireWritable(permitted, where + "." + name, seen));
    }
}

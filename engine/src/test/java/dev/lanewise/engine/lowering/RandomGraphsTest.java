package dev.lanewise.engine.lowering;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanExecutor;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.kernels.tune.ScheduleLog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plans of random graphs compute, bit for bit, what the graphs' nodes do one after another: {@code
 * -Dlanewise.test.seeds=FROM-TO} for others than the usual seeds.
 */
class RandomGraphsTest {

    static LongStream seeds() {
        String[] range = System.getProperty("lanewise.test.seeds", "0-99").split("-");
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void plansEqualTheReference(long seed) {
        boolean fixed = seed % 3 == 0;
        RandomGraph random = new RandomGraph(seed, fixed ? Dimension.of(2) : Dimension.symbol("N"));
        Graph compiled = Compiler.compile(random.graph()).graph();
        for (int rows : fixed ? new int[] {2} : new int[] {1, 3, 0}) {
            Map<String, Tensor> inputs = random.inputs(rows);
            Plan plan = Plans.of(compiled, inputs, false);
            Plans.assertNothingOverlaps(plan);
            assertSameBits(seed, compiled, inputs, Plans.scalar(plan));
        }
    }

    /** All kernels but those of convolutions, which have tests of their own, and take longer to compile. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 4, 5, 7, 8, 10, 11})
    void plansWithVectorsEqualTheReference(long seed) {
        RandomGraph random = new RandomGraph(seed, Dimension.symbol("N"));
        Graph compiled = Compiler.compile(random.graph()).graph();
        Map<String, Tensor> inputs = random.inputs(2);
        Plan plan = Plans.of(compiled, inputs, false);
        ConvolutionSelector scalar = new ConvolutionSelector(ScheduleLog.of(List.of()), Optional.empty());
        assertSameBits(seed, compiled, inputs, new PlanExecutor(plan, scalar, VectorWidth.preferred()));
    }

    private static void assertSameBits(long seed, Graph compiled, Map<String, Tensor> inputs, PlanExecutor executor) {
        Map<String, Tensor> expected = new ReferenceExecutor(compiled, Lowering.outputs(compiled)).run(inputs);
        // What is left in the arena must not matter: here it is full of what is not a number.
        Plans.run(executor, spoilt(inputs));
        Plans.assertSameBits("seed " + seed + ", inputs " + inputs, expected, Plans.run(executor, inputs));
    }

    private static Map<String, Tensor> spoilt(Map<String, Tensor> inputs) {
        Map<String, Tensor> spoilt = new HashMap<>(inputs);
        spoilt.replaceAll((name, tensor) -> {
            if (tensor instanceof FloatTensor) {
                float[] data = new float[tensor.shape().size()];
                Arrays.fill(data, Float.NaN);
                return FloatTensor.of(tensor.shape(), data);
            }
            return tensor;
        });
        return spoilt;
    }
}

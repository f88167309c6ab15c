package dev.lanewise.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.run.Placed;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanExecutor;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.kernels.tune.ScheduleLog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes plans, runs them with plain loops, and compares what comes out. */
public final class Plans {

    private Plans() {}

    /** The plan of a compiled graph for inputs like these. */
    public static Plan of(Graph compiled, Map<String, Tensor> inputs, boolean winograd) {
        Map<String, TensorType> types = new HashMap<>();
        inputs.forEach((name, tensor) -> types.put(name, TensorType.of(tensor)));
        return ofTypes(compiled, types, winograd);
    }

    /** The plan of a compiled graph for inputs of these types. */
    public static Plan ofTypes(Graph compiled, Map<String, TensorType> types, boolean winograd) {
        Compiler.Compiled concrete = Compiler.specialize(compiled, types);
        return Lowering.lower(concrete.graph(), concrete.facts(), Lowering.outputs(compiled), winograd);
    }

    /** A plan with scalar kernels only: bound at once, and slow. */
    public static PlanExecutor scalar(Plan plan) {
        return new PlanExecutor(
                plan, new ConvolutionSelector(ScheduleLog.of(List.of()), Optional.empty()), Optional.empty());
    }

    public static Map<String, Tensor> run(PlanExecutor executor, Map<String, Tensor> inputs) {
        try (WorkerPool pool = new WorkerPool(1)) {
            return executor.run(inputs, pool, () -> false);
        }
    }

    /**
     * Asserts that no two pieces of memory that hold something at the same time lie upon each other, and that all that steps
     * use lies within its piece.
     */
    public static void assertNothingOverlaps(Plan plan) {
        int pieces = plan.storages().size();
        int[] first = new int[pieces];
        int[] last = new int[pieces];
        Arrays.fill(first, Integer.MAX_VALUE);
        Arrays.fill(last, -1);
        for (int step = 0; step < plan.steps().size(); step++) {
            PlanStep next = plan.steps().get(step);
            for (Placed placed :
                    Stream.concat(next.reads().stream(), next.writes().stream()).toList()) {
                int piece = placed.storage();
                first[piece] = Math.min(first[piece], step);
                last[piece] = Math.max(last[piece], step);
                int end = placed.offset() + placed.layout().size();
                assertTrue(
                        placed.offset() >= 0
                                && end <= plan.storages().get(piece).floats(),
                        () -> next + " reaches to " + end);
            }
        }
        for (int a = 0; a < pieces; a++) {
            for (int b = 0; b < a; b++) {
                if (first[a] <= last[b] && first[b] <= last[a]) {
                    assertApart(
                            plan.model() + ": " + b + " and " + a,
                            plan.storages().get(a),
                            plan.storages().get(b));
                }
            }
        }
    }

    private static void assertApart(String what, Plan.Storage a, Plan.Storage b) {
        boolean apart = a.constant() != null
                || b.constant() != null
                || a.arenaOffset() + a.floats() <= b.arenaOffset()
                || b.arenaOffset() + b.floats() <= a.arenaOffset();
        assertTrue(apart, () -> what + " overlap");
    }

    /** All that is not a number is alike. */
    public static void assertSameBits(String what, Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()), what);
        expected.forEach((name, tensor) -> assertSameBits(what + ": " + name, tensor, actual.get(name)));
    }

    public static void assertSameBits(String what, Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape(), what);
        assertEquals(expected.elementType(), actual.elementType(), what);
        for (int i = 0; i < expected.shape().size(); i++) {
            int element = i;
            assertEquals(
                    Double.doubleToLongBits(expected.doubleAt(i)),
                    Double.doubleToLongBits(actual.doubleAt(i)),
                    () -> what + ": element " + element + " is " + actual.doubleAt(element) + " instead of "
                            + expected.doubleAt(element));
        }
    }
}

package dev.lanewise.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.lowering.RandomGraph;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanExecutorTest {

    private static final int SEED = 4;

    private final RandomGraph random = new RandomGraph(SEED, Dimension.symbol("N"));
    private final Graph graph = Compiler.compile(random.graph()).graph();
    private final Map<String, Tensor> inputs = random.inputs(1);
    private final PlanExecutor executor = Plans.scalar(Plans.of(graph, inputs, false));

    @Test
    void tellsOfEachStepWhatTheArenaHoldsForItAndLaterOnes() {
        PlanDescription described = executor.describe();
        Plan plan = executor.plan();
        assertEquals(plan.steps().size(), described.steps().size());
        for (int i = 0; i < plan.steps().size(); i++) {
            Set<Integer> needed = storages(plan.steps().subList(i, plan.steps().size()));
            needed.retainAll(storages(plan.steps().subList(0, i + 1)));
            long bytes = needed.stream()
                    .map(plan.storages()::get)
                    .filter(storage -> storage.constant() == null)
                    .mapToLong(storage -> (long) Float.BYTES * Arena.aligned(storage.floats()))
                    .sum();
            assertEquals(bytes, described.steps().get(i).arenaBytes(), "step " + i);
            assertTrue(bytes <= described.arenaBytes(), "step " + i);
        }
    }

    private static Set<Integer> storages(List<PlanStep> steps) {
        return steps.stream()
                .flatMap(step -> Stream.concat(step.reads().stream(), step.writes().stream()))
                .map(Placed::storage)
                .collect(Collectors.toSet());
    }

    @Test
    void asksBeforeEveryStepWhetherItIsCancelled() {
        AtomicInteger asked = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(1)) {
            executor.run(inputs, pool, () -> asked.incrementAndGet() < 0);
        }
        assertEquals(executor.plan().steps().size(), asked.get());
    }

    @Test
    void endsAtTheNextStepOnceItIsCancelled() {
        AtomicInteger asked = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(2)) {
            CancellationException thrown = assertThrows(
                    CancellationException.class, () -> executor.run(inputs, pool, () -> asked.incrementAndGet() == 3));
            assertEquals("seed " + SEED + ": cancelled", thrown.getMessage());
        }
        assertEquals(3, asked.get());
    }

    @Test
    void keepsItsMemoryThroughRunsThatFail() {
        Map<String, Tensor> expected = Plans.run(executor, inputs);
        assertEquals(1, executor.spareArenas());
        try (WorkerPool pool = new WorkerPool(1)) {
            for (int step = 1; step <= executor.plan().steps().size(); step++) {
                AtomicInteger left = new AtomicInteger(step);
                assertThrows(
                        CancellationException.class,
                        () -> executor.run(inputs, pool, () -> left.decrementAndGet() == 0));
            }
        }
        assertEquals(1, executor.spareArenas());
        Plans.assertSameBits("after failures", expected, Plans.run(executor, inputs));
    }

    @Test
    void runsOnManyThreadsAtOnceWithAnArenaForEach() throws InterruptedException, ExecutionException {
        int threads = 4;
        Map<String, Tensor> expected = Plans.run(executor, inputs);
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Map<String, Tensor>>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(callers.submit(() -> Plans.run(executor, inputs)));
            }
            for (Future<Map<String, Tensor>> result : results) {
                Plans.assertSameBits("at once", expected, result.get());
            }
        } finally {
            callers.shutdownNow();
        }
        assertTrue(executor.spareArenas() <= threads, () -> executor.spareArenas() + " arenas");
    }

    @Test
    void namesTheNodeThatCannotWorkOnItsInputs() {
        // Into how many rows is known only at run time, where it does not fit.
        Graph impossible = new Graph(
                "impossible",
                17,
                List.of(
                        new GraphValue("x", TensorType.unknownRank(ElementType.FLOAT32)),
                        new GraphValue("shape", TensorType.unknownRank(ElementType.INT64))),
                List.of(new GraphValue("y", TensorType.unknownRank(ElementType.FLOAT32))),
                List.of(new Node("turn", "Reshape", new Reshape(false), List.of("x", "shape"), List.of("y"))),
                Map.of());
        Map<String, Tensor> given =
                Map.of("x", FloatTensor.of(Shape.of(6), new float[6]), "shape", LongTensor.of(Shape.of(1), 5));
        PlanExecutor failing = Plans.scalar(Plans.of(impossible, given, false));
        ModelException thrown = assertThrows(ModelException.class, () -> Plans.run(failing, given));
        assertTrue(
                thrown.getMessage().startsWith("impossible: Reshape 'turn' failed on 'x' FLOAT32"), thrown::getMessage);
        assertEquals(1, thrown.getMessage().lines().count());
        assertEquals(1, failing.spareArenas());
    }
}

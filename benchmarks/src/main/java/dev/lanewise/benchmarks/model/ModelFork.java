package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.measure.ForkedJvm;
import dev.lanewise.benchmarks.peer.OrtBinding;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures a network in a JVM of its own. */
public final class ModelFork {

    /** Of the largest output: what other orders of sums explain. */
    static final double TOLERANCE = 1e-4;

    private static final double MEGABYTE = 1 << 20;

    /** The same with Winograd's algorithm, which adds and subtracts before it multiplies. */
    static final double WINOGRAD_TOLERANCE = 1e-3;

    private final ModelRequest request;
    private final Consumer<String> progress;
    private final WorkerPool pool;

    private ModelFork(ModelRequest request, Consumer<String> progress, WorkerPool pool) {
        this.request = request;
        this.progress = progress;
        this.pool = pool;
    }

    /** Answers the request in the file named first in the file named second, both JSON. */
    public static void main(String[] args) throws IOException {
        ForkedJvm.answer(args, ModelRequest.class, request -> measure(request, System.err::println));
        // ONNX Runtime's and our own threads may still wait for work.
        System.exit(0);
    }

    /**
     * Has another JVM measure.
     *
     * @throws IOException if that fails; the other JVM has said why
     */
    public static ModelAnswer start(ModelRequest request) throws IOException {
        return ForkedJvm.ask(ModelFork.class, request, ModelAnswer.class, OrtNetwork.ENVIRONMENT);
    }

    /**
     * Measures in this JVM.
     *
     * @param progress takes a line for every batch size
     */
    public static ModelAnswer measure(ModelRequest request, Consumer<String> progress) {
        List<BatchFigures> measured = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool(request.threads())) {
            new ModelFork(request, progress, pool).measure(measured);
            return new ModelAnswer(measured, null);
        } catch (ModelException | IllegalArgumentException | IllegalStateException e) {
            // A network that one of the engines cannot run is a row of the table, not the end of it.
            return new ModelAnswer(measured, String.valueOf(e.getMessage()));
        }
    }

    private void measure(List<BatchFigures> measured) {
        Path file = Path.of(request.file());
        // Before all else: a cold start is to be cold.
        long start = System.nanoTime();
        LanewiseModel ours = LanewiseModel.load(file, new ModelOptions(request.winograd()), pool);
        double loadMillis = millisSince(start);
        ModelInput input = ModelInput.of(ours.inputs(), request.shapes());
        FloatTensor image = input.images(input.leastBatch());
        start = System.nanoTime();
        ours.run(input.name(), image);
        double firstImageMillis = millisSince(start);
        double totalMillis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        ColdStart coldStart = new ColdStart(
                loadMillis, firstImageMillis, totalMillis, imagesToFullSpeed(ours, input, image, firstImageMillis));
        VectorWidth width = VectorWidth.preferred()
                .orElseThrow(() -> new IllegalStateException(
                        "without --add-modules=jdk.incubator.vector there is no peak to measure"));
        FmaPeak peak = FmaPeak.of(width, pool);
        // As long as an image: a batch's time would be wasted on it.
        OptionalDouble operations = ours.operations(input.name(), image.shape());
        FmaPeak asLong = operations.isPresent() ? peak.of(operations.getAsDouble()) : peak;
        try (OrtNetwork peer = request.peer() ? OrtNetwork.of(file, request.threads()) : null) {
            for (int batch : input.batches(request.batches())) {
                BatchFigures figures = measure(ours, peer, input, batch, asLong, coldStart);
                measured.add(figures);
                progress.accept("  " + figures.summary());
            }
        }
    }

    private static int imagesToFullSpeed(
            LanewiseModel ours, ModelInput input, FloatTensor image, double firstImageMillis) {
        double[] times = new double[ColdStart.IMAGES];
        times[0] = firstImageMillis;
        for (int i = 1; i < times.length; i++) {
            long start = System.nanoTime();
            ours.run(input.name(), image);
            times[i] = millisSince(start);
        }
        return ColdStart.imagesToFullSpeed(times);
    }

    private BatchFigures measure(
            LanewiseModel ours,
            @Nullable OrtNetwork peer,
            ModelInput input,
            int batch,
            FmaPeak peak,
            ColdStart coldStart) {
        FloatTensor images = input.images(batch);
        PlanDescription plan = ours.plan(input.name(), images.shape());
        double tolerance = usesWinograd(plan) ? WINOGRAD_TOLERANCE : TOLERANCE;
        try (OrtBinding binding = peer == null ? null : peer.bind(Map.of(input.name(), images))) {
            ModelContest contest = new ModelContest(
                    () -> ours.run(input.name(), images), binding, peak, ours.operations(input.name(), images.shape()));
            Double difference = contest.difference();
            boolean agree = difference == null || difference <= tolerance;
            BatchFigures.Timed timed = agree ? contest.measure(request.effort().rounds(request.threads())) : null;
            return new BatchFigures(
                    batch,
                    coldStart,
                    plan.arenaBytes() / MEGABYTE,
                    plan.weightBytes() / MEGABYTE,
                    difference,
                    tolerance,
                    timed);
        }
    }

    private static boolean usesWinograd(PlanDescription plan) {
        return plan.steps().stream().anyMatch(step -> step.schedule().startsWith("winograd"));
    }

    private static double millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e6;
    }
}

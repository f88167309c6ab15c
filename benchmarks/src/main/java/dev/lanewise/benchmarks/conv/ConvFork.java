package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.ForkedJvm;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tune.Platform;
import dev.lanewise.kernels.tune.ScheduleLog;
import dev.lanewise.kernels.tune.Tuner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures workloads in a JVM of its own. */
public final class ConvFork {

    private static final Duration SAMPLE = Duration.ofMillis(1);

    /** ONNX Runtime's threads look for work a million times before they sleep, which takes more than ten milliseconds. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final int TRIES = 3;
    private static final long SEED = 20261122;

    private final ConvRequest request;
    private final VectorWidth width;
    private double knownPeak;

    private ConvFork(ConvRequest request, VectorWidth width) {
        this.request = request;
        this.width = width;
        this.knownPeak = request.knownPeak();
    }

    /** Answers the request in the file named first in the file named second, both JSON. */
    public static void main(String[] args) throws IOException {
        ForkedJvm.answer(args, ConvRequest.class, request -> measure(request, System.err::println));
        // ONNX Runtime's and our own threads may still wait for work.
        System.exit(0);
    }

    /**
     * Has another JVM measure.
     *
     * @throws IOException if that fails; the other JVM has said why
     */
    public static ForkAnswer start(ConvRequest request) throws IOException {
        return ForkedJvm.ask(ConvFork.class, request, ForkAnswer.class, OrtNetwork.ENVIRONMENT);
    }

    /**
     * Measures in this JVM.
     *
     * @param progress takes a line for every workload
     * @throws IllegalStateException if this JVM was started without the vector module, or outputs differ
     */
    public static ForkAnswer measure(ConvRequest request, Consumer<String> progress) {
        VectorWidth width = VectorWidth.preferred()
                .orElseThrow(() -> new IllegalStateException(
                        "without --add-modules=jdk.incubator.vector there are no kernels to measure"));
        ConvFork fork = new ConvFork(request, width);
        List<ForkResult> results = request.names().isEmpty() ? List.of() : fork.convolutions(progress);
        List<PackBenchmark.Result> packings = new ArrayList<>();
        for (PackBenchmark packing : request.packings()) {
            progress.accept("  " + packing.name());
            packings.add(packing.measure(fork.rounds(Duration.ZERO)));
        }
        return new ForkAnswer(results, packings);
    }

    private List<ForkResult> convolutions(Consumer<String> progress) {
        List<ForkResult> results = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool(request.threads())) {
            Peaks peaks = Peaks.of(width, pool);
            for (String name : request.names()) {
                progress.accept(
                        "  " + (results.size() + 1) + " of " + request.names().size() + ": " + name);
                results.add(measure(ConvBenchmarks.named(name), peaks, pool));
            }
        }
        return results;
    }

    private ForkResult measure(ConvBenchmark benchmark, Peaks peaks, WorkerPool pool) {
        ConvData data = ConvData.of(benchmark.workload(), SEED);
        ConvPlan plan = benchmark.plan();
        Schedule tuned = schedule(benchmark, plan);
        Rounds rounds = rounds(request.threads() == 1 ? Duration.ZERO : PAUSE);
        ForkResult result = null;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try (ConvContest contest = ConvContest.of(benchmark, plan, data, tuned, peaks, pool, request.peer())) {
                result = contest.measure(rounds);
            }
            knownPeak = Math.max(knownPeak, result.peakGflops());
            if (result.flaw(knownPeak).isEmpty()) {
                break;
            }
        }
        if (result == null) {
            throw new AssertionError("at least one attempt is made");
        }
        return result;
    }

    private Rounds rounds(Duration pause) {
        return new Rounds(request.rounds(), SAMPLE, Duration.ofMillis(request.warmUpMillis()), pause);
    }

    /** What the request says; else what the log says of this very platform; else the result of tuning. */
    private Schedule schedule(ConvBenchmark benchmark, ConvPlan plan) {
        String label = request.schedules().get(benchmark.name());
        if (label != null) {
            return Schedule.parse(label);
        }
        Platform here = Platform.current();
        return ScheduleLog.standard()
                .find(plan, here)
                .filter(entry -> entry.platform().equals(here))
                .map(ScheduleLog.Entry::schedule)
                .orElseGet(() -> (request.thorough() ? Tuner.THOROUGH : Tuner.QUICK)
                        .tune(plan, width)
                        .get(0)
                        .schedule());
    }
}

package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Agreement;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Samples;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All sides of one workload in this JVM: compared with each other first, then timed in turn. */
final class ConvContest implements AutoCloseable {

    private static final String PEAK = "peak";
    private static final String PEAK_OF_ONE_THREAD = "peak of one thread";
    private static final String TUNED = "tuned";
    private static final String ONE_THREAD = "tuned on one thread";
    private static final String PACKED = "packed";
    private static final String DEFAULT = "default";
    private static final String COPY = "copy";

    private final ConvBenchmark benchmark;
    private final Peaks peaks;
    private final Schedule tunedSchedule;
    private final Schedule defaultSchedule;
    private final LanewiseConvolution tuned;
    private final LanewiseConvolution byDefault;
    private final @Nullable OrtPeer peer;

    private ConvContest(
            ConvBenchmark benchmark,
            Peaks peaks,
            Schedule tunedSchedule,
            Schedule defaultSchedule,
            LanewiseConvolution tuned,
            LanewiseConvolution byDefault,
            @Nullable OrtPeer peer) {
        this.benchmark = benchmark;
        this.peaks = peaks;
        this.tunedSchedule = tunedSchedule;
        this.defaultSchedule = defaultSchedule;
        this.tuned = tuned;
        this.byDefault = byDefault;
        this.peer = peer;
    }

    /**
     * Prepares all sides and compares their outputs.
     *
     * @param tuned our schedule
     * @param withPeer whether ONNX Runtime takes part
     * @throws IllegalStateException if a side computes something else than the scalar reference does
     */
    static ConvContest of(
            ConvBenchmark benchmark,
            ConvPlan plan,
            ConvData data,
            Schedule tuned,
            Peaks peaks,
            WorkerPool pool,
            boolean withPeer) {
        Schedule byDefault = Schedules.byDefault(plan, tuned.width());
        LanewiseConvolution first = LanewiseConvolution.of(plan, data, tuned, pool);
        // The same kernel twice would only take twice the time.
        LanewiseConvolution second =
                byDefault.equals(tuned) ? first : LanewiseConvolution.of(plan, data, byDefault, pool);
        OrtPeer peer = withPeer ? OrtPeer.of(benchmark, data, pool.threads()) : null;
        ConvContest contest =
                new ConvContest(benchmark, peaks.of(benchmark.operations()), tuned, byDefault, first, second, peer);
        try {
            contest.compare(data);
        } catch (RuntimeException e) {
            contest.close();
            throw e;
        }
        return contest;
    }

    private void compare(ConvData data) {
        float[] expected = benchmark.reference(data);
        tuned.run();
        requireSameBits(tunedSchedule.label(), expected, tuned.output());
        tuned.runPacked();
        requireSameBits(tunedSchedule.label() + " on NCHW", expected, tuned.packedOutput());
        tuned.runOnOneThread();
        requireSameBits(tunedSchedule.label() + " on one thread", expected, tuned.output());
        byDefault.run();
        requireSameBits(defaultSchedule.label(), expected, byDefault.output());
        if (peer != null) {
            peer.compare(expected);
        }
    }

    private void requireSameBits(String schedule, float[] expected, float[] actual) {
        int different = Agreement.firstDifferentBits(expected, actual);
        if (different >= 0) {
            throw new IllegalStateException(benchmark.name() + " with " + schedule + ": element " + different + " is "
                    + actual[different] + ", but the reference has " + expected[different]);
        }
    }

    /** Times all sides. */
    ForkResult measure(Rounds rounds) {
        Timings micros = rounds.measure(sides());
        Samples lanewise = micros.of(TUNED);
        Samples packed = micros.of(PACKED);
        Samples fallback = micros.has(DEFAULT) ? micros.of(DEFAULT) : lanewise;
        OrtPeer.Figures figures = peer == null ? null : peer.figures(micros);
        return new ForkResult(
                benchmark.name(),
                tunedSchedule.label(),
                defaultSchedule.label(),
                tuned.kernels(),
                tunedSchedule.width().bits(),
                rounds.count(),
                Times.of(lanewise),
                Times.of(packed),
                Times.of(fallback),
                figures == null ? null : Times.of(figures.run()),
                figures == null ? null : figures.convolution(),
                Times.of(micros.of(COPY)),
                peaks.all().gigaflops(micros.of(PEAK).best()),
                benchmark.operations() / lanewise.best() / 1e3,
                figures == null ? null : figures.run().over(packed).median(),
                figures == null ? null : figures.convolutions().over(lanewise).median(),
                fallback.over(lanewise).median(),
                lanewise.over(micros.of(COPY)).median(),
                scaling(micros));
    }

    private static @Nullable ThreadScaling scaling(Timings micros) {
        if (!micros.has(ONE_THREAD)) {
            return null;
        }
        Samples oneThread = micros.of(ONE_THREAD);
        return new ThreadScaling(
                Times.of(oneThread),
                oneThread.over(micros.of(TUNED)).median(),
                // Both do the same number of operations.
                micros.of(PEAK_OF_ONE_THREAD).over(micros.of(PEAK)).median());
    }

    private List<Side> sides() {
        List<Side> sides = new ArrayList<>();
        sides.add(new Side(PEAK, peaks.all()::run));
        sides.add(new Side(TUNED, tuned::run));
        if (peaks.oneThread() != null) {
            sides.add(new Side(PEAK_OF_ONE_THREAD, peaks.oneThread()::run));
            sides.add(new Side(ONE_THREAD, tuned::runOnOneThread));
        }
        if (byDefault != tuned) {
            sides.add(new Side(DEFAULT, byDefault::run));
        }
        sides.add(new Side(PACKED, tuned::runPacked));
        sides.add(copy());
        if (peer != null) {
            sides.addAll(peer.sides());
        }
        return sides;
    }

    /** Copies half of what input and output have together: half of the bytes read, half of them written. */
    private Side copy() {
        int floats = (benchmark.workload().inputShape().size()
                        + benchmark.workload().outputShape().size())
                / 2;
        float[] from = new float[floats];
        float[] to = new float[floats];
        Arrays.fill(from, 1);
        return new Side(COPY, () -> System.arraycopy(from, 0, to, 0, floats));
    }

    @Override
    public void close() {
        if (peer != null) {
            peer.close();
        }
    }
}

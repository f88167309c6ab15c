package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.Times;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM measured of one network with batches of one size. A megabyte is 2<sup>20</sup> bytes.
 *
 * @param batch images a run
 * @param coldStart of the JVM
 * @param arenaMegabytes of a thread's tensors; null where not known
 * @param weightsMegabytes of all weights
 * @param difference the largest of the two engines' outputs, as a part of the largest output; null without a peer
 * @param tolerance the difference that counts as agreement
 * @param timed null if the outputs disagree: what computes something else is not timed
 */
public record BatchFigures(
        int batch,
        ColdStart coldStart,
        @Nullable Double arenaMegabytes,
        double weightsMegabytes,
        @Nullable Double difference,
        double tolerance,
        @Nullable Timed timed) {

    /**
     * Times of runs.
     *
     * @param rounds in which every side had its turn
     * @param lanewise microseconds
     * @param peer microseconds; null without one
     * @param peakGflops the most that the cores reached in the same rounds
     * @param gflops of Lanewise's best run, counted as direct sums; null where the number of operations is not known
     * @param speedup the median of the peer's times over ours within a round
     */
    public record Timed(
            int rounds,
            Times lanewise,
            @Nullable Times peer,
            double peakGflops,
            @Nullable Double gflops,
            @Nullable Double speedup) {

        public @Nullable Double shareOfPeak() {
            return gflops == null ? null : gflops / peakGflops;
        }
    }

    /** A line for those who wait. */
    String summary() {
        String what = "batch " + batch + ": ";
        if (timed == null) {
            return what + disagreement().orElse("not timed");
        }
        String ours = String.format(Locale.ROOT, "%.2f ms", timed.lanewise().best() / 1e3);
        return timed.peer() == null
                ? what + ours
                : what
                        + String.format(
                                Locale.ROOT,
                                "%s, ONNX Runtime %.2f ms, speedup %.2f",
                                ours,
                                timed.peer().best() / 1e3,
                                timed.speedup());
    }

    /** How the outputs disagree, if they do. */
    public Optional<String> disagreement() {
        return difference == null || difference <= tolerance
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "outputs differ from ONNX Runtime's by %.1e of the largest, more than %.0e",
                        difference,
                        tolerance));
    }
}

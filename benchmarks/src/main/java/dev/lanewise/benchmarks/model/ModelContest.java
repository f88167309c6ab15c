package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.Agreement;
import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Samples;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.benchmarks.peer.OrtBinding;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of one network on the same images: compared with each other first, then timed in turn.
 *
 * @param ours one run of our side, with its outputs by name
 * @param peer the other side, if there is one
 * @param operations of one run
 */
record ModelContest(OurRun ours, @Nullable OrtBinding peer, FmaPeak peak, OptionalDouble operations) {

    /** One run of our side. */
    @FunctionalInterface
    interface OurRun {
        Map<String, Tensor> run();
    }

    private static final String PEAK = "peak";
    private static final String LANEWISE = "lanewise";
    private static final String PEER = "ort";

    /**
     * The largest difference of any output, as a part of the largest element of the same output; null without a peer.
     *
     * @throws IllegalStateException if an output is missing or has another shape
     */
    @Nullable
    Double difference() {
        if (peer == null) {
            return null;
        }
        peer.run();
        Map<String, Tensor> actual = ours.run();
        double largest = 0;
        for (Map.Entry<String, FloatTensor> output : peer.outputs().entrySet()) {
            FloatTensor expected = output.getValue();
            if (!(actual.get(output.getKey()) instanceof FloatTensor tensor)
                    || !tensor.shape().equals(expected.shape())) {
                throw new IllegalStateException("output '" + output.getKey() + "' is " + expected
                        + " in ONNX Runtime, and " + actual.get(output.getKey()) + " here");
            }
            largest = Math.max(largest, Agreement.largestDifference(expected.data(), tensor.data()));
        }
        return largest;
    }

    /** Times both sides, and the peak in the same rounds. */
    BatchFigures.Timed measure(Rounds rounds) {
        List<Side> sides = new ArrayList<>();
        sides.add(new Side(PEAK, peak::run));
        sides.add(new Side(LANEWISE, ours::run));
        if (peer != null) {
            sides.add(new Side(PEER, peer::run));
        }
        Timings micros = rounds.measure(sides);
        Samples lanewise = micros.of(LANEWISE);
        Samples theirs = micros.has(PEER) ? micros.of(PEER) : null;
        return new BatchFigures.Timed(
                lanewise.rounds(),
                Times.of(lanewise),
                theirs == null ? null : Times.of(theirs),
                peak.gigaflops(micros.of(PEAK).best()),
                operations.isEmpty() ? null : operations.getAsDouble() / lanewise.best() / 1e3,
                theirs == null ? null : theirs.over(lanewise).median());
    }
}

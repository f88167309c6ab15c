package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.Rounds;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one JVM is asked to measure.
 *
 * @param file the ONNX file
 * @param batches sizes of batches, one after the other
 * @param shapes of inputs, as far as a model leaves them open
 * @param threads of either side
 * @param peer whether ONNX Runtime takes part
 * @param winograd whether Lanewise may use Winograd's algorithm
 */
public record ModelRequest(
        String file,
        List<Integer> batches,
        Map<String, List<Integer>> shapes,
        int threads,
        boolean peer,
        boolean winograd,
        Effort effort) {

    public ModelRequest withFile(String other) {
        return new ModelRequest(other, batches, shapes, threads, peer, winograd, effort);
    }

    /**
     * How long is measured.
     *
     * @param rounds samples of every side, if there is time
     * @param leastRounds samples of every side, even if there is not
     * @param limitMillis for all rounds of a batch size
     * @param warmUpMillis how long every side runs before it is timed
     */
    public record Effort(int rounds, int leastRounds, int limitMillis, int warmUpMillis) {

        /** Shorter runs are repeated within a sample. */
        private static final Duration SAMPLE = Duration.ofMillis(5);

        /** ONNX Runtime's threads look for work a million times before they sleep, which takes more than ten milliseconds. */
        private static final Duration PAUSE = Duration.ofMillis(50);

        Rounds rounds(int threads) {
            return new Rounds(
                    rounds,
                    SAMPLE,
                    Duration.ofMillis(warmUpMillis),
                    threads == 1 ? Duration.ZERO : PAUSE,
                    leastRounds,
                    Duration.ofMillis(limitMillis));
        }
    }
}

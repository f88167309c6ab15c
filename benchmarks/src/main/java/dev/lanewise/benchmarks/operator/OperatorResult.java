package dev.lanewise.benchmarks.operator;

import dev.lanewise.benchmarks.measure.Samples;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one network does through Spark's operator and in the engine alone, on the same images.
 *
 * @param model what it is called
 * @param images in every round of either side
 * @param engineMicros of every round; null if it was not timed, since the answers differ
 * @param operatorMicros of the same rounds
 * @param fault why the figures are void: an answer that differs by a bit, or an image without one; null if all is well
 */
public record OperatorResult(
        String model,
        int images,
        int threads,
        @Nullable Samples engineMicros,
        @Nullable Samples operatorMicros,
        @Nullable String fault) {

    /** The share of the engine's images per second that the operator is to reach. */
    public static final double TARGET = 0.93;

    /** The answers differ, so that nothing was timed. */
    static OperatorResult unsound(String model, int images, int threads, String fault) {
        return new OperatorResult(model, images, threads, null, null, fault);
    }

    /** Images per second of the engine alone, median of the rounds; null if it was not timed. */
    public @Nullable Double enginePerSecond() {
        return perSecond(engineMicros);
    }

    /** Images per second through the operator, median of the rounds; null if it was not timed. */
    public @Nullable Double operatorPerSecond() {
        return perSecond(operatorMicros);
    }

    private @Nullable Double perSecond(@Nullable Samples micros) {
        return micros == null ? null : 1e6 * images / micros.median();
    }

    /** The operator's images per second over the engine's: median of the ratios within a round; null if there are none. */
    public @Nullable Double share() {
        return engineMicros == null || operatorMicros == null
                ? null
                : engineMicros.over(operatorMicros).median();
    }

    /** Empty if nothing was timed. */
    public Optional<Integer> rounds() {
        return Optional.ofNullable(engineMicros).map(Samples::rounds);
    }

    /** Which targets were not reached. */
    public List<String> missed() {
        Double share = share();
        return share != null && share < TARGET ? List.of("share") : List.of();
    }
}

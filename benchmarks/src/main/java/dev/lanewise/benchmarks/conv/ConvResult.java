package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.conv.ConvClass.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What several JVMs measured of one workload. A JVM whose figures have a flaw does not count, unless all have one.
 *
 * @param knownPeak GFLOP/s that the cores are known to reach
 */
public record ConvResult(ConvBenchmark benchmark, int threads, List<ForkResult> forks, double knownPeak) {

    /** How much longer than a copy a depthwise convolution may take that the memory, not the core, keeps waiting. */
    private static final double TIMES_OF_A_COPY = 1.2;

    public ConvResult {
        if (forks.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured of " + benchmark.name());
        }
        forks = List.copyOf(forks);
    }

    /** Those that count. */
    public List<ForkResult> counted() {
        List<ForkResult> sound =
                forks.stream().filter(fork -> fork.flaw(knownPeak).isEmpty()).toList();
        return sound.isEmpty() ? forks : sound;
    }

    /** Why no JVM's figures are to be believed, if that is so. */
    public Optional<String> flaw() {
        return counted().get(0).flaw(knownPeak);
    }

    /** The JVM whose share of the peak is the median one: all times are its. */
    public ForkResult median() {
        List<ForkResult> sorted = new ArrayList<>(counted());
        sorted.sort(Comparator.comparingDouble(ForkResult::shareOfPeak));
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** Median over the JVMs; null without a peer. */
    public @Nullable Double speedup() {
        return median(ForkResult::speedup);
    }

    /** Median over the JVMs; null without a peer. */
    public @Nullable Double speedupNode() {
        return median(ForkResult::speedupNode);
    }

    /**
     * Which targets of its class the workload misses; those that need a peer are not judged without one.
     *
     * @param secondLevelCache bytes of it: a depthwise convolution that does not fit is held to the time of a copy
     */
    public List<String> missed(OptionalLong secondLevelCache) {
        Target target = benchmark.kind().target();
        List<String> missed = new ArrayList<>();
        boolean copying = benchmark.kind() == ConvClass.DEPTHWISE
                && secondLevelCache.isPresent()
                && benchmark.bytes() > secondLevelCache.getAsLong();
        if (!copying) {
            addIfBelow("share", median().shareOfPeak(), target.shareOfPeak(), missed);
        } else if (median().overCopy() > TIMES_OF_A_COPY) {
            missed.add("copy");
        }
        addIfBelow("speedup", speedup(), target.speedup(), missed);
        addIfBelow("node", speedupNode(), target.speedupNode(), missed);
        return missed;
    }

    private static void addIfBelow(String what, @Nullable Double value, @Nullable Double wanted, List<String> missed) {
        if (value != null && wanted != null && value < wanted) {
            missed.add(what);
        }
    }

    private @Nullable Double median(Function<ForkResult, @Nullable Double> value) {
        List<Double> values =
                counted().stream().map(value).filter(Objects::nonNull).sorted().toList();
        return values.isEmpty() ? null : values.get((values.size() - 1) / 2);
    }
}

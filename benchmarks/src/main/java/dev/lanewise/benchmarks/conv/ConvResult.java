package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.conv.ConvClass.Target;
import dev.lanewise.benchmarks.conv.Demand.What;
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

    /** What two figures of the same may differ by, as a factor. */
    private static final double NOISE = 1.05;

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

    /** Microseconds of the peer's convolution alone, the median over the JVMs; null without a peer. */
    public @Nullable Double peerConvolution() {
        return median(ForkResult::peerConvolution);
    }

    /**
     * Whether the peer's convolution alone took longer than its whole run: then something disturbed either, and both figures
     * are to be measured again.
     */
    public boolean isPeerDoubtful() {
        Double convolution = peerConvolution();
        Double run = median(fork -> fork.peer() == null ? null : fork.peer().best());
        return convolution != null && run != null && convolution > NOISE * run;
    }

    /** The factor that several threads gain over one, the median over the JVMs; null with one thread. */
    public @Nullable Double threadScaling() {
        return median(fork -> fork.scaling() == null ? null : fork.scaling().lanewise());
    }

    /** The same of the FMA peak. */
    public @Nullable Double peakScaling() {
        return median(fork -> fork.scaling() == null ? null : fork.scaling().peak());
    }

    /**
     * What the workload is held to: with one thread the targets of its class, with several what they gain over one. Those
     * that need a peer are left out without one.
     *
     * @param jdk feature version of the JVMs
     * @param secondLevelCache bytes of it: a depthwise convolution that does not fit is held to the time of a copy
     */
    public List<Demand> demands(int jdk, OptionalLong secondLevelCache) {
        List<Demand> demands = new ArrayList<>();
        Double factor = threadScaling();
        Double peakFactor = peakScaling();
        if (factor != null && peakFactor != null) {
            demands.add(Demand.atLeast(What.THREADS, ThreadScaling.wanted(threads, peakFactor), factor));
            return demands;
        }
        Target target = benchmark.kind().target(jdk);
        boolean copying = benchmark.kind() == ConvClass.DEPTHWISE
                && secondLevelCache.isPresent()
                && benchmark.bytes() > secondLevelCache.getAsLong();
        if (copying) {
            demands.add(Demand.atMost(What.COPY, TIMES_OF_A_COPY, median().overCopy()));
        } else {
            addAtLeast(What.SHARE, target.shareOfPeak(), median().shareOfPeak(), demands);
        }
        addAtLeast(What.SPEEDUP, target.speedup(), speedup(), demands);
        addAtLeast(What.NODE, target.speedupNode(), speedupNode(), demands);
        return demands;
    }

    private static void addAtLeast(What what, @Nullable Double wanted, @Nullable Double reached, List<Demand> demands) {
        if (wanted != null && reached != null) {
            demands.add(Demand.atLeast(what, wanted, reached));
        }
    }

    private @Nullable Double median(Function<ForkResult, @Nullable Double> value) {
        List<Double> values =
                counted().stream().map(value).filter(Objects::nonNull).sorted().toList();
        return values.isEmpty() ? null : values.get((values.size() - 1) / 2);
    }
}

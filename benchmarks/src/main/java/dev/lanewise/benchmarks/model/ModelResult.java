package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.FmaPeak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What several JVMs measured of one network with batches of one size.
 *
 * @param forks of every JVM that got so far
 * @param failure why one did not, in a line; null if all did
 * @param knownPeak GFLOP/s that the cores are known to reach
 */
public record ModelResult(
        ModelBenchmark benchmark,
        int batch,
        int threads,
        List<BatchFigures> forks,
        @Nullable String failure,
        double knownPeak) {

    public ModelResult {
        forks = List.copyOf(forks);
    }

    /** Why the network cannot be said to run as it should, in a line: it does not, or its outputs are others. */
    public Optional<String> fault() {
        return failure != null
                ? Optional.of(failure)
                : forks.stream().flatMap(fork -> fork.disagreement().stream()).findFirst();
    }

    /** The JVM whose best time is the median one; empty if a JVM failed or found outputs that disagree. */
    public Optional<BatchFigures> median() {
        if (fault().isPresent()) {
            return Optional.empty();
        }
        List<BatchFigures> sorted = new ArrayList<>(forks);
        sorted.sort(Comparator.comparingDouble(fork -> timed(fork).lanewise().best()));
        return Optional.of(sorted.get((sorted.size() - 1) / 2));
    }

    /** Median over the JVMs; null without a peer, or where there is a fault. */
    public @Nullable Double speedup() {
        if (fault().isPresent()) {
            return null;
        }
        List<Double> values = values(fork -> timed(fork).speedup());
        return values.isEmpty() ? null : values.get((values.size() - 1) / 2);
    }

    /** The largest of any JVM; null without a peer. */
    public @Nullable Double difference() {
        List<Double> values = values(BatchFigures::difference);
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /** Why the share of the peak is not to be believed, if that is so; the speedup is one of rounds, and still is. */
    public Optional<String> flaw() {
        return median().map(ModelResult::timed)
                .filter(timed -> FmaPeak.isDisturbed(timed.peakGflops(), knownPeak))
                .map(timed -> "the peak stayed below 95 % of what this CPU has shown");
    }

    /** Which targets the network misses; those that need a peer are not judged without one. */
    public List<String> missed() {
        Target target = benchmark.target();
        List<String> missed = new ArrayList<>();
        Double speedup = speedup();
        if (speedup != null && target.speedup() != null && speedup < target.speedup()) {
            missed.add("speedup");
        }
        median().ifPresent(fork -> {
            ColdStart cold = fork.coldStart();
            addIfAbove("cold", cold.totalMillis() / 1e3, target.coldSeconds(), missed);
            addIfAbove("warm", (double) cold.imagesToFullSpeed(), target.imagesToFullSpeed(), missed);
            addIfAbove("arena", fork.arenaMegabytes(), target.arenaMegabytes(), missed);
        });
        return missed;
    }

    private static void addIfAbove(String what, @Nullable Double value, @Nullable Double most, List<String> missed) {
        if (value != null && most != null && value > most) {
            missed.add(what);
        }
    }

    /** What all forks have where there is no fault. */
    private static BatchFigures.Timed timed(BatchFigures fork) {
        return Objects.requireNonNull(fork.timed(), "what agrees is timed");
    }

    private List<Double> values(Function<BatchFigures, @Nullable Double> value) {
        return forks.stream().map(value).filter(Objects::nonNull).sorted().toList();
    }
}

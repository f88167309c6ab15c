package dev.lanewise.benchmarks.cluster;

import dev.lanewise.benchmarks.standalone.ExecutorProcess;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Looks at the executors' processes again and again: what they have used is gone when they are. */
final class ExecutorMonitor {

    private final StandaloneCluster cluster;
    private final Map<Long, List<Sample>> samples = new LinkedHashMap<>();
    private long peakResidentBytes;

    /** The processor time and the memory of a process at a moment in milliseconds since 1970. */
    private record Sample(long millis, double cpuSeconds, long residentBytes) {}

    ExecutorMonitor(StandaloneCluster cluster) {
        this.cluster = cluster;
    }

    void look() {
        for (ExecutorProcess executor : cluster.executors()) {
            executor.usage().ifPresent(usage -> {
                samples.computeIfAbsent(executor.process().pid(), pid -> new ArrayList<>())
                        .add(new Sample(
                                System.currentTimeMillis(), usage.cpu().toMillis() / 1e3, usage.residentBytes()));
                peakResidentBytes = Math.max(peakResidentBytes, usage.peakResidentBytes());
            });
        }
    }

    double peakResidentMegabytes() {
        return peakResidentBytes / (double) (1 << 20);
    }

    /**
     * How far memory grows between two moments: the mean of the last tenth of the time by that of the second tenth, less 1,
     * of the executor where it is most; null if the time was too short to tell.
     */
    @Nullable
    Double residentGrowth(long startMillis, long endMillis) {
        double tenth = (endMillis - startMillis) / 10.0;
        OptionalDouble growth = samples.values().stream()
                .mapToDouble(process -> resident(process, endMillis - tenth, (double) endMillis)
                        / resident(process, startMillis + tenth, startMillis + 2 * tenth))
                .filter(Double::isFinite)
                .max();
        return growth.isPresent() ? growth.getAsDouble() - 1 : null;
    }

    private static double resident(List<Sample> process, double fromMillis, double toMillis) {
        return process.stream()
                .filter(sample -> sample.millis >= fromMillis && sample.millis < toMillis)
                .mapToLong(Sample::residentBytes)
                .average()
                .orElse(Double.NaN);
    }

    /** Processor time of all executors between two moments. */
    double cpuSeconds(long startMillis, long endMillis) {
        return samples.values().stream()
                .mapToDouble(process -> at(process, endMillis) - at(process, startMillis))
                .sum();
    }

    /** Between two samples on the line that joins them. */
    private static double at(List<Sample> process, long millis) {
        Sample before = process.get(0);
        for (Sample sample : process) {
            if (sample.millis >= millis) {
                long span = Math.max(1, sample.millis - before.millis);
                double share = Math.max(0, Math.min(1, (millis - before.millis) / (double) span));
                return before.cpuSeconds + share * (sample.cpuSeconds - before.cpuSeconds);
            }
            before = sample;
        }
        return before.cpuSeconds;
    }
}

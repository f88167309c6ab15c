package dev.lanewise.benchmarks.cluster;

import dev.lanewise.benchmarks.standalone.ExecutorProcess;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at the executors' processes again and again: what they have used is gone when they are. */
final class ExecutorMonitor {

    private final StandaloneCluster cluster;
    private final Map<Long, List<Sample>> samples = new LinkedHashMap<>();
    private long peakResidentBytes;

    /** The processor time of a process at a moment in milliseconds since 1970. */
    private record Sample(long millis, double cpuSeconds) {}

    ExecutorMonitor(StandaloneCluster cluster) {
        this.cluster = cluster;
    }

    void look() {
        for (ExecutorProcess executor : cluster.executors()) {
            executor.usage().ifPresent(usage -> {
                samples.computeIfAbsent(executor.process().pid(), pid -> new ArrayList<>())
                        .add(new Sample(System.currentTimeMillis(), usage.cpu().toMillis() / 1e3));
                peakResidentBytes = Math.max(peakResidentBytes, usage.peakResidentBytes());
            });
        }
    }

    double peakResidentMegabytes() {
        return peakResidentBytes / (double) (1 << 20);
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

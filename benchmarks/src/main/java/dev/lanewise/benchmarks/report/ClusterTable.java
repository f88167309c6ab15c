package dev.lanewise.benchmarks.report;

import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterResult;
import dev.lanewise.benchmarks.cluster.JobAnswer;
import dev.lanewise.benchmarks.cluster.JobCosts;
import dev.lanewise.benchmarks.cluster.PeerComparison;
import dev.lanewise.benchmarks.cluster.PeerInference;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeMap;

/** A report of jobs on a cluster for the terminal. */
public final class ClusterTable {

    private final Cells cells;
    private final Platform platform;

    public ClusterTable(PrintWriter out, Platform platform) {
        this.cells = new Cells(out);
        this.platform = platform;
    }

    public void print(ClusterReport report) {
        cells.line("%s, %d-bit vectors, Java %s", platform.cpu(), platform.bits(), platform.jdk());
        new TreeMap<>(report.peaks())
                .forEach((cores, peak) -> cells.line("FMA peak of %d core(s): %.1f GFLOP/s", cores, peak));
        cells.line("");
        cells.line(
                "%-22s %-9s %4s %8s %8s | %6s %6s %6s %6s %6s | %7s %7s %7s %8s %8s",
                "model",
                "engine",
                "exec",
                "images/s",
                "start s",
                "read",
                "decode",
                "pack",
                "infer",
                "write",
                "cpu s/k",
                "rss MB",
                "growth",
                "speedup",
                "scaling");
        for (ClusterResult result : report.results()) {
            JobAnswer job = result.job();
            double millis = 1e3 / Math.max(1, job.images());
            cells.line(
                    "%-22s %-9s %4d %8.1f %8.1f | %6.2f %6.2f %6.2f %6.2f %6.2f | %7.1f %7.0f %7s %8s %8s",
                    result.model(),
                    result.engine().label(),
                    result.executors(),
                    result.imagesPerSecond(),
                    job.coldSeconds(),
                    millis * job.readSeconds(),
                    millis * job.decodeSeconds(),
                    millis * job.packSeconds(),
                    millis * job.inferSeconds(),
                    millis * job.writeSeconds(),
                    result.cpuSecondsPerThousand(),
                    result.peakResidentMegabytes(),
                    Cells.number("%+.3f", result.residentGrowth()),
                    Cells.number("%.2f", result.speedup()),
                    Cells.number("%.2f", result.scaling()));
        }
        cells.line("");
        report.results().forEach(this::comparisons);
        report.results().forEach(this::costs);
        cells.line("");
        cells.line("read to write: milliseconds of task time an image; start: seconds to the end of a first pass");
        cells.line("growth: an executor's memory in the last tenth of the time, by that in the second tenth");
        cells.line(
                "failed tasks: %d",
                report.results().stream()
                        .mapToLong(each -> each.job().failedTasks())
                        .sum());
    }

    private void comparisons(ClusterResult result) {
        PeerComparison comparison = result.comparison();
        if (comparison != null) {
            cells.line(
                    "%s on %d: speedup %.3f, %.3f of the %.3f that the networks' times and the shared decoding allow%s",
                    result.model(),
                    result.executors(),
                    comparison.speedup(),
                    comparison.share(),
                    comparison.allowed(),
                    miss(comparison.missed(), String.format(Locale.ROOT, "at least %.2f", PeerComparison.TARGET)));
        }
        PeerInference inference = result.inference();
        if (inference != null) {
            cells.line(
                    "%s: %s takes %.2f ms an image in mapPartitions and %.2f ms by itself, %.3f of it%s",
                    result.model(),
                    result.engine().label(),
                    inference.taskMillis(),
                    inference.aloneMillis(),
                    inference.ratio(),
                    miss(inference.missed(), String.format(Locale.ROOT, "at most %.2f", 1 + PeerInference.TOLERANCE)));
        }
    }

    private static String miss(boolean missed, String target) {
        return missed ? " (MISS: " + target + ")" : "";
    }

    private void costs(ClusterResult result) {
        JobCosts costs = result.job().costs();
        cells.line(
                "%s on %d, %s: %.1f images/s with the start; by executor %s; executors there after %.1f s, listing %.2f s,"
                        + " planning %.2f s, %d tasks with %.1f ms each beside the images and the longest %.2f of the mean,"
                        + " commit %.2f s",
                result.model(),
                result.executors(),
                result.engine().label(),
                result.imagesPerSecondWithStart(),
                Cells.rates(result.imagesPerSecondByExecutor()),
                costs.executorSeconds(),
                costs.listSeconds(),
                costs.planSeconds(),
                costs.tasks(),
                costs.taskMillis(),
                costs.skew(),
                costs.commitSeconds());
    }
}

package dev.lanewise.benchmarks.report;

import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterResult;
import dev.lanewise.benchmarks.cluster.JobAnswer;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
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
        cells.line("read to write: milliseconds of task time an image; start: seconds to the end of a first pass");
        cells.line("growth: an executor's memory in the last tenth of the time, by that in the second tenth");
        cells.line(
                "failed tasks: %d",
                report.results().stream()
                        .mapToLong(each -> each.job().failedTasks())
                        .sum());
    }
}

package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Cells.micros;
import static dev.lanewise.benchmarks.report.Cells.number;

import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvResult;
import dev.lanewise.benchmarks.conv.Demand;
import dev.lanewise.benchmarks.conv.ForkResult;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.conv.PackResult;
import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** A report as a table: what was measured, where, and how the columns are to be read. */
public final class ConvTable {

    private static final String ROW = "%-32s %17s %17s %17s %17s %9s %8s %6s %8s %6s  %-38s %s";
    private static final String THREADS_ROW = "%-32s %17s %17s %8s %8s  %s";
    private static final String PACKING_ROW = "%-32s %12s %12s %12s %12s %12s";

    private final PrintWriter out;
    private final Cells cells;
    private final Platform platform;

    public ConvTable(PrintWriter out, Platform platform) {
        this.out = out;
        this.cells = new Cells(out);
        this.platform = platform;
    }

    public void print(ConvReport report) {
        if (!report.convolutions().isEmpty()) {
            ConvResult first = report.convolutions().get(0);
            cells.line(
                    "%s, vectors of %d bits, JDK %d, %s, JVMs: %d",
                    platform.cpu(),
                    platform.bits(),
                    platform.jdk(),
                    Cells.threads(first.threads()),
                    first.forks().size());
            out.println();
            printConvolutions(report);
            out.println();
            if (first.threads() > 1) {
                printThreads(report);
                out.println();
            }
            printLegend(report);
        }
        if (!report.packings().isEmpty()) {
            out.println();
            printPackings(report.packings());
        }
        out.flush();
    }

    private void printConvolutions(ConvReport report) {
        cells.line(
                ROW,
                "workload",
                "lanewise us",
                "packed us",
                "default us",
                "ort us",
                "ort conv",
                "GFLOP/s",
                "share",
                "speedup",
                "node",
                "targets (! missed)",
                "schedule");
        for (ConvResult result : report.convolutions()) {
            ForkResult fork = result.median();
            cells.line(
                    ROW,
                    result.benchmark().name() + (result.flaw().isPresent() ? " *" : ""),
                    micros(fork.lanewise()),
                    micros(fork.packed()),
                    micros(fork.byDefault()),
                    micros(fork.peer()),
                    number("%.1f", result.peerConvolution()) + (result.isPeerDoubtful() ? "?" : ""),
                    number("%.1f", fork.gflops()),
                    number("%.0f %%", 100 * fork.shareOfPeak()),
                    number("%.2f", result.speedup()),
                    number("%.2f", result.speedupNode()),
                    targets(report, result),
                    fork.schedule());
        }
    }

    /** What several threads gain over one. */
    private void printThreads(ConvReport report) {
        int threads = report.convolutions().get(0).threads();
        cells.line(
                THREADS_ROW,
                "threads",
                "one thread us",
                Cells.threads(threads) + " us",
                "gain",
                "peak's",
                "target (! missed)");
        for (ConvResult result : report.convolutions()) {
            ForkResult fork = result.median();
            cells.line(
                    THREADS_ROW,
                    result.benchmark().name(),
                    micros(fork.scaling() == null ? null : fork.scaling().oneThread()),
                    micros(fork.lanewise()),
                    number("%.2f", result.threadScaling()),
                    number("%.2f", result.peakScaling()),
                    targets(report, result));
        }
    }

    private List<Demand> demands(ConvReport report, ConvResult result) {
        return report.demands(result, platform.jdk(), CpuClass.secondLevelCache());
    }

    /** Each with what is to be reached, those that were missed with a mark. */
    private String targets(ConvReport report, ConvResult result) {
        return demands(report, result).stream()
                .map(demand -> target(demand) + (demand.missed() ? "!" : ""))
                .collect(Collectors.joining(" "));
    }

    private static String target(Demand demand) {
        String label = demand.what().label();
        return switch (demand.what()) {
            case SHARE -> label + number(" %.0f%%", 100 * demand.wanted());
            case COPY, SPEEDUP, NODE -> label + number(" %.1f", demand.wanted());
            case THREADS -> label + number(" %.2f", demand.wanted());
            // Of the rows above.
            case GROUPS -> label;
        };
    }

    private void printLegend(ConvReport report) {
        List<ConvResult> results = report.convolutions();
        cells.line(
                "Microseconds a run: best (median) of the JVM whose share of the peak is the median one. packed: from NCHW"
                        + " and back.");
        cells.line(
                "ort conv: ONNX Runtime's convolution alone, without its reorders. share: of the FMA peak of the same rounds"
                        + " (%.1f GFLOP/s at most).",
                results.get(0).knownPeak());
        cells.line(
                "speedup: ort / packed, node: ort conv / lanewise; medians of the ratios within a round, then over JVMs.");
        printTargetsLegend(report);
        if (results.stream().anyMatch(ConvResult::isPeerDoubtful)) {
            cells.line(
                    "? longer than the whole run of which it is a part: something disturbed ONNX Runtime; measure again.");
        }
        results.stream()
                .filter(result -> result.flaw().isPresent())
                .findFirst()
                .ifPresent(result -> cells.line(
                        "* void: %s; let the machine rest and measure again.",
                        result.flaw().orElseThrow()));
    }

    private void printTargetsLegend(ConvReport report) {
        List<List<Demand>> demands = report.convolutions().stream()
                .map(result -> demands(report, result))
                .toList();
        cells.line(
                "targets: share, speedup and node at least, copy: the time of copies of input and output at most, groups: no"
                        + " slower than with fewer;");
        cells.line(
                "threads: one thread us / us at least, 0.9 for each thread or what the FMA peak gains; %d of %d missed, by"
                        + " %d of %d workloads.",
                demands.stream().flatMap(List::stream).filter(Demand::missed).count(),
                demands.stream().mapToInt(List::size).sum(),
                demands.stream()
                        .filter(each -> each.stream().anyMatch(Demand::missed))
                        .count(),
                demands.size());
    }

    private void printPackings(List<PackResult> results) {
        cells.line(PACKING_ROW, "packing, GB/s", "pack", "unpack", "arraycopy", "pack time", "unpack time");
        for (PackResult result : results) {
            PackBenchmark.Result fork = result.median();
            cells.line(
                    PACKING_ROW,
                    result.benchmark().name(),
                    number("%.1f", result.gigabytesPerSecond(fork.pack().best())),
                    number("%.1f", result.gigabytesPerSecond(fork.unpack().best())),
                    number("%.1f", result.gigabytesPerSecond(fork.copy().best())),
                    number("%.2f x", fork.packOverCopy()),
                    number("%.2f x", fork.unpackOverCopy()));
        }
    }
}

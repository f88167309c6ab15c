package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Cells.micros;
import static dev.lanewise.benchmarks.report.Cells.number;

import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvResult;
import dev.lanewise.benchmarks.conv.ForkResult;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.conv.PackResult;
import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;

/** A report as a table: what was measured, where, and how the columns are to be read. */
public final class ConvTable {

    private static final String ROW = "%-32s %17s %17s %17s %17s %9s %8s %6s %8s %6s  %-16s %s";
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
            printLegend(report.convolutions());
        }
        if (!report.packings().isEmpty()) {
            out.println();
            printPackings(report.packings());
        }
        out.flush();
    }

    private void printConvolutions(ConvReport report) {
        OptionalLong cache = CpuClass.secondLevelCache();
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
                "misses",
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
                    number("%.1f", fork.peerConvolution()),
                    number("%.1f", fork.gflops()),
                    number("%.0f %%", 100 * fork.shareOfPeak()),
                    number("%.2f", result.speedup()),
                    number("%.2f", result.speedupNode()),
                    String.join(" ", report.missed(result, cache)),
                    fork.schedule());
        }
    }

    private void printLegend(List<ConvResult> results) {
        cells.line(
                "Microseconds a run: best (median) of the JVM whose share of the peak is the median one. packed: from NCHW"
                        + " and back.");
        cells.line(
                "ort conv: ONNX Runtime's convolution alone, without its reorders. share: of the FMA peak of the same rounds"
                        + " (%.1f GFLOP/s at most).",
                results.get(0).knownPeak());
        cells.line(
                "speedup: ort / packed, node: ort conv / lanewise; medians of the ratios within a round, then over JVMs.");
        cells.line(
                "misses: targets that were not reached (one thread, JDK 17); copy: slower than 1.2 copies, groups: slower than"
                        + " with fewer groups.");
        results.stream()
                .filter(result -> result.flaw().isPresent())
                .findFirst()
                .ifPresent(result -> cells.line(
                        "* void: %s; let the machine rest and measure again.",
                        result.flaw().orElseThrow()));
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

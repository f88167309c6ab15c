package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Cells.millis;
import static dev.lanewise.benchmarks.report.Cells.number;

import dev.lanewise.benchmarks.model.BatchFigures;
import dev.lanewise.benchmarks.model.BatchFigures.Timed;
import dev.lanewise.benchmarks.model.ModelReport;
import dev.lanewise.benchmarks.model.ModelResult;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;
import java.util.List;

/** A report of networks as a table: what was measured, where, and how the columns are to be read. */
public final class ModelTable {

    private static final String ROW = "%-20s %5s %7s %17s %17s %8s %9s %8s %6s %8s %8s %8s %7s %7s %8s  %s";

    private final PrintWriter out;
    private final Cells cells;
    private final Platform platform;

    public ModelTable(PrintWriter out, Platform platform) {
        this.out = out;
        this.cells = new Cells(out);
        this.platform = platform;
    }

    public void print(ModelReport report) {
        List<ModelResult> results = report.results();
        int forks =
                results.stream().mapToInt(result -> result.forks().size()).max().orElse(0);
        int threads = results.stream().mapToInt(ModelResult::threads).max().orElse(1);
        cells.line(
                "%s, vectors of %d bits, JDK %d, %s, JVMs: %d",
                platform.cpu(), platform.bits(), platform.jdk(), Cells.threads(threads), forks);
        out.println();
        cells.line(
                ROW,
                "model",
                "batch",
                "threads",
                "lanewise ms",
                "ort ms",
                "speedup",
                "max diff",
                "GFLOP/s",
                "share",
                "load ms",
                "first ms",
                "cold ms",
                "to full",
                "arena",
                "weights",
                "misses");
        results.forEach(this::printRow);
        out.println();
        printLegend(results);
        out.flush();
    }

    private void printRow(ModelResult result) {
        String fault = result.fault().orElse(null);
        if (fault != null) {
            cells.line("%-20s %5d %7d  FAILED: %s", result.benchmark().name(), result.batch(), result.threads(), fault);
            return;
        }
        BatchFigures fork = result.median().orElseThrow();
        Timed timed = fork.timed();
        if (timed == null) {
            throw new AssertionError("what agrees is timed");
        }
        Double share = timed.shareOfPeak();
        cells.line(
                ROW,
                result.benchmark().name() + (result.flaw().isPresent() ? " *" : ""),
                result.batch(),
                result.threads(),
                millis(timed.lanewise()),
                millis(timed.peer()),
                number("%.2f", result.speedup()),
                number("%.1e", result.difference()),
                number("%.1f", timed.gflops()),
                number("%.0f %%", share == null ? null : 100 * share),
                number("%.0f", fork.coldStart().loadMillis()),
                number("%.0f", fork.coldStart().firstImageMillis()),
                number("%.0f", fork.coldStart().totalMillis()),
                fork.coldStart().imagesToFullSpeed(),
                number("%.1f", fork.arenaMegabytes()),
                number("%.1f", fork.weightsMegabytes()),
                String.join(" ", result.missed()));
    }

    private void printLegend(List<ModelResult> results) {
        cells.line("Milliseconds a run: best (median) of the JVM whose best is the median one. speedup: ort / lanewise,"
                + " median of the ratios within a round, then over JVMs.");
        cells.line(
                "max diff: largest difference from ONNX Runtime's outputs, as a part of the largest. share: of the FMA"
                        + " peak of the same rounds, counting direct sums.");
        cells.line("load: from the file to a model ready to run; first: its first image; cold: from the start of"
                + " the JVM to the end of that; to full: images run until full speed. arena, weights: MB of a thread's"
                + " tensors, of all weights. misses: targets that were not reached.");
        results.stream()
                .flatMap(result -> result.flaw().stream())
                .findFirst()
                .ifPresent(flaw -> cells.line("* share void: %s; let the machine rest and measure again.", flaw));
    }
}

package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Cells.number;

import dev.lanewise.benchmarks.operator.OperatorReport;
import dev.lanewise.benchmarks.operator.OperatorResult;
import dev.lanewise.kernels.tune.Platform;
import java.io.PrintWriter;

/** A report of Spark's operator as a table. */
public final class OperatorTable {

    private static final String ROW = "%-20s %7s %7s %7s %15s %17s %7s  %s";

    private final PrintWriter out;
    private final Cells cells;
    private final Platform platform;

    public OperatorTable(PrintWriter out, Platform platform) {
        this.out = out;
        this.cells = new Cells(out);
        this.platform = platform;
    }

    public void print(OperatorReport report) {
        cells.line("%s, vectors of %d bits, JDK %d", platform.cpu(), platform.bits(), platform.jdk());
        out.println();
        cells.line(
                ROW, "model", "threads", "images", "rounds", "engine images/s", "operator images/s", "share", "misses");
        report.results().forEach(this::printRow);
        out.println();
        cells.line(
                "Images per second: median of the rounds. share: operator / engine, median of the ratios within a round;"
                        + " all answers are the same bits. misses: targets that were not reached, share >= %.2f: %d.",
                OperatorResult.TARGET,
                report.results().stream()
                        .mapToInt(result -> result.missed().size())
                        .sum());
        out.flush();
    }

    private void printRow(OperatorResult result) {
        if (result.fault() != null) {
            cells.line("%-20s %7d  FAILED: %s", result.model(), result.threads(), result.fault());
            return;
        }
        cells.line(
                ROW,
                result.model(),
                result.threads(),
                result.images(),
                result.rounds().map(String::valueOf).orElse(Cells.NONE),
                number("%.1f", result.enginePerSecond()),
                number("%.1f", result.operatorPerSecond()),
                number("%.3f", result.share()),
                String.join(" ", result.missed()));
    }
}

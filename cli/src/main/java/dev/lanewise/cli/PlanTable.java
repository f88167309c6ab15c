package dev.lanewise.cli;

import dev.lanewise.engine.run.PlanDescription.Step;
import dev.lanewise.kernels.roofline.Roofline;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A plan's steps as a table with whole labels, as wide as they are, then its kernels, totals and limits. */
final class PlanTable {

    private static final int NAME = 30;
    private static final double MEGABYTE = 1 << 20;

    private final Explained explained;
    private final boolean timed;
    private final Map<String, Integer> kernels = new LinkedHashMap<>();

    private PlanTable(Explained explained) {
        this.explained = explained;
        timed = explained.timed();
    }

    static void print(Explained explained, PrintWriter out) {
        new PlanTable(explained).print(out);
    }

    private void print(PrintWriter out) {
        TextTable table = new TextTable("<<<<>>>>" + (timed ? ">>" : "") + "><<");
        table.row(heads());
        explained.steps().forEach(step -> table.row(cells(step)));
        table.print(out);
        out.println();
        printKernels(out);
        legend().forEach(out::println);
        out.println();
        totals().forEach(out::println);
    }

    private List<String> heads() {
        List<String> heads = new ArrayList<>(
                List.of("step", "operation", "schedule", "result", "MFLOP", "KB", "FLOP/B", "arena KB"));
        heads.addAll(timed ? List.of("us", "GFLOP/s", "peak") : List.of("est. peak"));
        heads.addAll(List.of("limit", "kernels"));
        return heads;
    }

    private List<String> cells(Step step) {
        List<String> cells = new ArrayList<>(List.of(
                LayerTable.shortened(Failures.oneLine(step.name()), NAME),
                step.operation(),
                step.schedule(),
                step.layout(),
                step.multiplyAdds() == 0 ? "" : number("%,.1f", 2e-6 * step.multiplyAdds()),
                number("%,.0f", step.bytes() / 1024.0),
                number("%.1f", Explained.intensity(step)),
                number("%,.0f", step.arenaBytes() / 1024.0)));
        OptionalDouble share = explained.shareOfPeak(step);
        if (timed) {
            cells.add(number("%,.1f", step.microseconds()));
            cells.add(number("%.1f", Explained.gigaflops(step)));
        }
        cells.addAll(List.of(
                share.isPresent() ? number("%.0f %%", 100 * share.getAsDouble()) : "",
                explained.limit(step),
                numbersOf(step.kernels())));
        return cells;
    }

    /** Kernels by their numbers in the list below the table, since their names are long and many steps share one. */
    private String numbersOf(List<String> names) {
        return names.stream()
                .map(name -> kernels.computeIfAbsent(name, any -> kernels.size() + 1))
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(","));
    }

    private void printKernels(PrintWriter out) {
        if (kernels.isEmpty()) {
            return;
        }
        TextTable table = new TextTable("><");
        table.row("", "kernel");
        kernels.forEach((name, number) -> table.row(number.toString(), name));
        table.print(out);
        out.println();
    }

    private List<String> legend() {
        List<String> legend = new ArrayList<>();
        legend.add(
                "result: channels x height x width, /slots in a block. KB: read and written, with weights; arena KB: in use"
                        + " during the step. MFLOP count direct sums, so Winograd's may exceed the peak.");
        if (timed) {
            legend.add("us: best run on one thread. limit: what the roofline below allows the least of.");
        } else {
            legend.add(
                    "est. peak: what the cost model that ranks schedules expects, or less where the roofline below allows"
                            + " less; Winograd's is not estimated. Measure with --time.");
        }
        return legend;
    }

    private List<String> totals() {
        List<Step> steps = explained.plan().steps();
        long bytes = steps.stream().mapToLong(Step::bytes).sum();
        long moved =
                steps.stream().filter(Step::isReorder).mapToLong(Step::bytes).sum();
        List<String> totals = new ArrayList<>();
        totals.add(steps.size() + " steps, " + number("%,.1f MFLOP", 2e-6 * explained.multiplyAdds())
                + number(", %.1f MB read and written", bytes / MEGABYTE)
                + number("; arena %.1f MB a thread", explained.plan().arenaBytes() / MEGABYTE)
                + number(", weights %.1f MB", explained.plan().weightBytes() / MEGABYTE)
                + number("; reordered %.1f KB", moved / 1024.0));
        double least = steps.stream().mapToDouble(explained::leastMicros).sum();
        explained.roofline().ifPresent(roofline -> totals.add(limits(roofline, least)));
        double microseconds = explained.microseconds();
        if (timed) {
            double gigaflops = 2e-3 * explained.multiplyAdds() / microseconds;
            totals.add(number("measured: %.2f ms", microseconds / 1e3)
                    + number(", %.1f GFLOP/s", gigaflops)
                    + explained
                            .roofline()
                            .map(roofline -> number(", %.0f %% of peak", 100 * gigaflops / roofline.gigaflops())
                                    + number(", %.2f times the roofline's least", microseconds / least))
                            .orElse(""));
        }
        return totals;
    }

    private String limits(Roofline roofline, double least) {
        return number("roofline of this core, measured: %.1f GFLOP/s of multiply-adds", roofline.gigaflops())
                + number(", %.1f GB/s where arena and weights are read in turn", roofline.gigabytesPerSecond())
                + number("; memory limits below %.1f FLOP/B", roofline.gigaflops() / roofline.gigabytesPerSecond())
                + System.lineSeparator()
                + limited("fma", "by multiply-adds") + ", " + limited("memory", "by memory")
                + number("; %.2f ms in all", least / 1e3);
    }

    private String limited(String limit, String how) {
        List<Step> steps = explained.plan().steps().stream()
                .filter(step -> explained.limit(step).equals(limit))
                .toList();
        double micros = steps.stream().mapToDouble(explained::leastMicros).sum();
        return steps.size() + " steps limited " + how + number(" (at least %.2f ms)", micros / 1e3);
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? number(format, value.getAsDouble()) : "";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

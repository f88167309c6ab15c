package dev.lanewise.cli;

import dev.lanewise.engine.run.PlanDescription;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A plan's steps as a table that fits 120 columns, with the totals below it; the slowest first where they were timed. */
final class PlanTable {

    private static final int NAME = 14;
    private static final int OPERATION = 22;
    private static final int KERNEL = 36;
    private static final int LAYOUT = 24;

    private PlanTable() {}

    static void print(PlanDescription plan, PrintWriter out) {
        boolean timed =
                plan.steps().stream().anyMatch(step -> step.microseconds().isPresent());
        List<PlanDescription.Step> steps = plan.steps().stream()
                .sorted(Comparator.comparing(step -> -step.microseconds().orElse(0)))
                .toList();
        TextTable table = new TextTable(timed ? "<<<>>>" : "<<<<>>");
        if (timed) {
            table.row("step", "operation", "kernel", "MFLOP", "us", "GFLOP/s");
        } else {
            table.row("step", "operation", "kernel", "result", "MFLOP", "KB");
        }
        steps.forEach(step -> table.row(cells(step, timed)));
        table.print(out);
        out.println();
        out.println(totals(plan));
    }

    private static String[] cells(PlanDescription.Step step, boolean timed) {
        String name = LayerTable.shortened(Failures.oneLine(step.name()), NAME);
        String operation = LayerTable.shortened(step.operation(), OPERATION);
        String kernel = LayerTable.shortened(step.kernel(), KERNEL);
        String megaflop = step.multiplyAdds() == 0 ? "" : number("%,.1f", 2e-6 * step.multiplyAdds());
        if (!timed) {
            String layout = LayerTable.shortened(step.layout(), LAYOUT);
            return new String[] {name, operation, kernel, layout, megaflop, number("%,.0f", step.bytes() / 1024.0)};
        }
        double microseconds = step.microseconds().orElse(0);
        String rate = step.multiplyAdds() == 0 ? "" : number("%.1f", 2e-3 * step.multiplyAdds() / microseconds);
        return new String[] {name, operation, kernel, megaflop, number("%,.1f", microseconds), rate};
    }

    private static String totals(PlanDescription plan) {
        long multiplyAdds = plan.steps().stream()
                .mapToLong(PlanDescription.Step::multiplyAdds)
                .sum();
        long moved = plan.steps().stream()
                .filter(step -> step.operation().equals("reorder"))
                .mapToLong(PlanDescription.Step::bytes)
                .sum();
        double microseconds = plan.steps().stream()
                .map(PlanDescription.Step::microseconds)
                .mapToDouble(time -> time.orElse(0))
                .sum();
        String time = microseconds == 0
                ? ""
                : number("; %.2f ms", microseconds / 1e3)
                        + number(", %.1f GFLOP/s", 2e-3 * multiplyAdds / microseconds);
        return plan.steps().size() + " steps, " + number("%,.1f MFLOP", 2e-6 * multiplyAdds)
                + number("; arena %.1f MB a thread", plan.arenaBytes() / 1048576.0)
                + number(", weights %.1f MB", plan.weightBytes() / 1048576.0)
                + number("; reordered %.1f KB", moved / 1024.0) + time;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

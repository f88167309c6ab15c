package dev.lanewise.benchmarks.report;

import dev.lanewise.benchmarks.measure.Times;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lines and cells of a table, alike on every machine. */
record Cells(PrintWriter out) {

    /** What stands for a figure that was not measured. */
    static final String NONE = "-";

    void line(String format, @Nullable Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments).stripTrailing());
    }

    /** The best time, and the median in brackets, in microseconds. */
    static String micros(@Nullable Times times) {
        return times == null ? NONE : String.format(Locale.ROOT, "%.1f (%.1f)", times.best(), times.median());
    }

    /** The same in milliseconds. */
    static String millis(@Nullable Times times) {
        return times == null
                ? NONE
                : String.format(Locale.ROOT, "%.2f (%.2f)", times.best() / 1e3, times.median() / 1e3);
    }

    static String number(String format, @Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, format, value);
    }

    /** Images a second of several executors. */
    static String rates(List<Double> each) {
        return each.stream().map(rate -> number("%.1f", rate)).collect(Collectors.joining(" + "));
    }

    static String threads(int threads) {
        return threads == 1 ? "one thread" : threads + " threads";
    }
}

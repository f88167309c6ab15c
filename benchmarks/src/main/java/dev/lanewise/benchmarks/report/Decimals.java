package dev.lanewise.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Figures as a reader wants them in JSON. */
final class Decimals {

    private Decimals() {}

    /** Rounded to two places: times. */
    static double time(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** Rounded to four places: ratios and rates. */
    static double ratio(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }

    /** As {@link #ratio(double)}, null for null. */
    static @Nullable Double nullable(@Nullable Double value) {
        return value == null ? null : ratio(value);
    }

    /** Three digits, whatever the size; null for null and what is no number. */
    static @Nullable Double significant(@Nullable Double value) {
        return value == null || !Double.isFinite(value)
                ? null
                : BigDecimal.valueOf(value).round(new MathContext(3)).doubleValue();
    }
}

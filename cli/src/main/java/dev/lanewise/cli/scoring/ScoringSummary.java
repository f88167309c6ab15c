package dev.lanewise.cli.scoring;

import java.util.Locale;

/**
 * What a run has done.
 *
 * @param images the images that were read
 * @param invalid those of them that could not be scored
 * @param seconds the time of the Spark job, without Spark's own start
 */
public record ScoringSummary(long images, long invalid, double seconds) {

    /** As in {@code scored 1000 images, 3 invalid, 4.2 s, 238 images/s}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "scored %d images, %d invalid, %.1f s, %s images/s",
                images,
                invalid,
                seconds,
                rate(images, seconds));
    }

    /** Images a second, as text. */
    public String rate() {
        return rate(images, seconds);
    }

    /** Images a second: a whole number, below ten with a decimal. */
    static String rate(long images, double seconds) {
        double rate = seconds > 0 ? images / seconds : 0;
        return String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
    }
}

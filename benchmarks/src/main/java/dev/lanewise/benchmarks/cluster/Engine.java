package dev.lanewise.benchmarks.cluster;

import java.util.Locale;

/** What scores the images. */
public enum Engine {
    LANEWISE,
    ORT,
    /** Nothing: images are read and dropped, rows written. What is left is Spark's own cost. */
    NONE;

    /** As reports have it: {@code lanewise}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

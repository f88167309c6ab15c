package dev.lanewise.cli.scoring;

import java.util.Locale;

/** What the scores are written as. */
public enum OutputFormat {
    PARQUET,
    JSON,
    /** With a header; {@code top} as a JSON string, since CSV has no arrays. */
    CSV;

    String sparkName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

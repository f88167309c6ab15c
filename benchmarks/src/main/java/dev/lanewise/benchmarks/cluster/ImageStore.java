package dev.lanewise.benchmarks.cluster;

/** What images lie in before they are scored. */
public enum ImageStore {
    /** A file for each. */
    FILES,
    /** Parquet, an image a row, 1,000 rows a row group. */
    PARQUET
}

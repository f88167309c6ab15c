package dev.lanewise.kernels.pooling;

/** What becomes of a window's pixels. */
enum PoolingKind {
    MAX,
    /** They are added by rows, one after another, to 0. */
    AVERAGE,
    /** Each row is added up from 0, and then the rows' sums, from 0. */
    AVERAGE_OF_ROWS;

    /** What the running result starts with. */
    float start() {
        return this == MAX ? Float.NEGATIVE_INFINITY : 0;
    }
}

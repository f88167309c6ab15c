package dev.lanewise.benchmarks.cluster;

import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/** Rows for whoever writes them, and the time between two of them: what writing takes. */
final class ScoredRows implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final LongAccumulator total;
    private final Runnable atEnd;
    private long handedOut;
    private long nanos;
    private boolean ended;

    /** @param atEnd runs once, after the last row */
    ScoredRows(Iterator<Row> rows, LongAccumulator total, Runnable atEnd) {
        this.rows = rows;
        this.total = total;
        this.atEnd = atEnd;
    }

    @Override
    public boolean hasNext() {
        if (handedOut != 0) {
            nanos += System.nanoTime() - handedOut;
            handedOut = 0;
        }
        boolean more = rows.hasNext();
        if (!more && !ended) {
            ended = true;
            total.add(nanos);
            atEnd.run();
        }
        return more;
    }

    @Override
    public Row next() {
        Row row = rows.next();
        handedOut = System.nanoTime();
        return row;
    }
}

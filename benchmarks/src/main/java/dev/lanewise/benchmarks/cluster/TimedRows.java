package dev.lanewise.benchmarks.cluster;

import java.util.Iterator;
import org.apache.spark.util.LongAccumulator;

/** Rows and the time that it takes to get them. Adds it up once the last is there. */
final class TimedRows<T> implements Iterator<T> {

    private final Iterator<T> rows;
    private final LongAccumulator total;
    private long nanos;

    TimedRows(Iterator<T> rows, LongAccumulator total) {
        this.rows = rows;
        this.total = total;
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = rows.hasNext();
        nanos += System.nanoTime() - start;
        if (!more) {
            total.add(nanos);
            nanos = 0;
        }
        return more;
    }

    @Override
    public T next() {
        long start = System.nanoTime();
        T row = rows.next();
        nanos += System.nanoTime() - start;
        return row;
    }
}

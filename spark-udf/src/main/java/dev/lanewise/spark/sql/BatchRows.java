package dev.lanewise.spark.sql;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/** The rows of batches of columns: views, each of which lasts until the next is asked for. */
final class BatchRows implements Iterator<InternalRow> {

    private final Iterator<ColumnarBatch> batches;
    private @Nullable ColumnarBatch batch;
    private Iterator<InternalRow> rows = Collections.emptyIterator();

    BatchRows(Iterator<ColumnarBatch> batches) {
        this.batches = batches;
    }

    @Override
    public boolean hasNext() {
        while (!rows.hasNext()) {
            if (batch != null) {
                batch.closeIfFreeable();
                batch = null;
            }
            if (!batches.hasNext()) {
                return false;
            }
            batch = batches.next();
            rows = batch.rowIterator();
        }
        return true;
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        return rows.next();
    }
}

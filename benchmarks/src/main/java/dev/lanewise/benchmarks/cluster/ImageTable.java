package dev.lanewise.benchmarks.cluster;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** An application that turns a folder of image files into one Parquet file, of the columns {@code path, content}. */
public final class ImageTable {

    private static final int ROWS_PER_GROUP = 1000;

    /** Row groups end by their rows, never by their bytes. */
    private static final long NO_LIMIT = 1L << 30;

    private ImageTable() {}

    /** Reads the folder named first and writes the folder named second. */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            session.read()
                    .format("binaryFile")
                    .load(arguments[0])
                    .select("path", "content")
                    .coalesce(1)
                    .write()
                    .option("parquet.block.row.count.limit", ROWS_PER_GROUP)
                    .option("parquet.block.size", NO_LIMIT)
                    .parquet(arguments[1]);
        }
    }
}

package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that end before their partition does give their memory back all the same. */
@Timeout(300)
class EarlyEndTest {

    @Test
    void limitLeavesNothingAllocated() throws Exception {
        List<Row> rows = scored(100, 2).limit(3).collectAsList();
        assertEquals(3, rows.size());
        ArrowMemory.assertAllReturned();
    }

    @Test
    void anExceptionDownstreamLeavesNothingAllocated() throws Exception {
        Dataset<Row> scored = scored(100, 2);
        Dataset<Integer> failing = scored.map(
                (org.apache.spark.api.java.function.MapFunction<Row, Integer>) row -> {
                    throw new IllegalStateException("no " + row.size());
                },
                Encoders.INT());
        assertThrows(Exception.class, failing::collectAsList);
        ArrowMemory.assertAllReturned();
    }

    @Test
    void aCancelledJobEndsSoonAndLeavesNothingAllocated() throws Exception {
        SparkContext context = LocalSpark.session().sparkContext();
        Dataset<Row> scored = scored(1000, 16);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<List<Row>> job = caller.submit(() -> {
                context.setJobGroup("to cancel", "scores until it is cancelled", false);
                return scored.union(scored).union(scored).union(scored).collectAsList();
            });
            ArrowMemory.awaitSome();
            context.cancelJobGroup("to cancel");
            assertThrows(ExecutionException.class, job::get);
            ArrowMemory.assertAllReturned();
        } finally {
            caller.shutdownNow();
        }
    }

    private static Dataset<Row> scored(int count, int batchSize) throws IOException {
        SparkSession session = LocalSpark.session();
        List<byte[]> images = new ArrayList<>(FashionMnist.images().values()).subList(0, count);
        return ImageInference.of(FashionMnist.options()
                        .inputCol("value")
                        .batchSize(batchSize)
                        .build())
                .transform(
                        session.createDataset(images, Encoders.BINARY()).toDF().repartition(2));
    }
}

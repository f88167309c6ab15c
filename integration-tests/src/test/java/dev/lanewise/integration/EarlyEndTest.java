package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.score.ExecutorTotals;
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

/** Whatever way tasks end, before their partition does or with it, they give their memory and threads back. */
@Timeout(300)
class EarlyEndTest {

    @Test
    void successLeavesNothingAllocated() throws Exception {
        assertEquals(100, scored(100, 16).collectAsList().size());
        ArrowMemory.assertAllReturned();
    }

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

    /** The batch would take tens of seconds more; the job ends at the next layer instead, with none of it scored. */
    @Test
    void aJobCancelledInTheMiddleOfABatchDoesNotFinishIt() throws Exception {
        SparkSession session = LocalSpark.session();
        ImageInference inference = ImageInference.of(InferenceOptions.builder()
                .model(TestNetworks.slow(24, 160))
                .preprocessing(Preprocessing.preset("unit").withResize(Resize.exact(160, 160)))
                .inputCol("value")
                .batchSize(64)
                .threads(2)
                .build());
        List<byte[]> images = new ArrayList<>(FashionMnist.images().values());
        // The kernels' compilation cannot be cancelled.
        assertEquals(
                1,
                inference
                        .transform(dataset(session, images.subList(0, 1), 1))
                        .collectAsList()
                        .size());
        ExecutorTotals before = ExecutorTotals.current();
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<List<Row>> job = caller.submit(() -> {
                session.sparkContext().setJobGroup("in a batch", "scores until it is cancelled", false);
                return inference
                        .transform(dataset(session, images.subList(0, 64), 1))
                        .collectAsList();
            });
            ArrowMemory.awaitSome();
            ArrowMemory.await(
                    "the batch to be decoded",
                    () -> ExecutorTotals.current().packNanos() > before.packNanos() || workers() > 0);
            Thread.sleep(1000);
            session.sparkContext().cancelJobGroup("in a batch");
            assertThrows(ExecutionException.class, job::get);
            ArrowMemory.assertAllReturned();
            assertEquals(before.batches(), ExecutorTotals.current().batches());
        } finally {
            caller.shutdownNow();
        }
    }

    private static long workers() {
        return ArrowMemory.threads("lanewise-worker");
    }

    private static Dataset<Row> dataset(SparkSession session, List<byte[]> images, int partitions) {
        return session.createDataset(images, Encoders.BINARY()).toDF().repartition(partitions);
    }

    private static Dataset<Row> scored(int count, int batchSize) throws IOException {
        SparkSession session = LocalSpark.session();
        List<byte[]> images = new ArrayList<>(FashionMnist.images().values()).subList(0, count);
        return ImageInference.of(FashionMnist.options()
                        .inputCol("value")
                        .batchSize(batchSize)
                        .threads(2)
                        .build())
                .transform(dataset(session, images, 2));
    }
}

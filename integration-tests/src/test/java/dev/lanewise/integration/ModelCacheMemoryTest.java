package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.model.ModelCacheLimits;
import dev.lanewise.spark.score.ExecutorMemory;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An executor that lives long, and many models that come and go. */
@Timeout(400)
class ModelCacheMemoryTest {

    private static final int JOBS = 200;
    private static final int MODELS = 20;

    /** What Spark itself keeps of some hundred jobs. */
    private static final long SPARKS_OWN = 40L << 20;

    /** The settings of the one executor in this JVM. */
    private final SparkConf conf = LocalSpark.session().sparkContext().env().conf();

    @AfterEach
    void restoreLimits() {
        conf.remove(ModelCacheLimits.IDLE_TIMEOUT);
        conf.remove(ModelCacheLimits.CACHE_BYTES);
    }

    @Test
    void manyModelsAndJobsLeaveMemoryFlatAndIdleModelsGo() throws Exception {
        assertEquals(conf, SparkEnv.get().conf());
        letIdleModelsGo();
        List<byte[]> images = new ArrayList<>(FashionMnist.images().values()).subList(0, 2);
        Dataset<Row> rows = LocalSpark.session()
                .createDataset(images, Encoders.BINARY())
                .toDF()
                .coalesce(1);
        // Room for some, not for all.
        score(rows, 0);
        long bytes = ModelCache.bytes() / ModelCache.size();
        conf.set(ModelCacheLimits.CACHE_BYTES, String.valueOf(4 * bytes));
        for (int job = 0; job < 2 * MODELS; job++) {
            score(rows, job % MODELS);
        }
        long builds = ModelCache.builds();
        Usage before = Usage.now();
        for (int job = 0; job < JOBS; job++) {
            score(rows, job / (JOBS / MODELS));
        }
        Usage after = Usage.now();
        System.out.println(before + " -> " + after + ", " + ModelCache.size() + " models of " + bytes + " bytes");
        assertTrue(ModelCache.size() <= 5, ModelCache.size() + " models");
        assertTrue(ModelCache.builds() - builds >= MODELS - 5, "the models were not cycled");
        assertTrue(after.heap() - before.heap() < SPARKS_OWN, before + " -> " + after);
        assertTrue(after.metaspace() - before.metaspace() < 8L << 20, before + " -> " + after);
        assertTrue(after.direct() - before.direct() < 8L << 20, before + " -> " + after);
        assertEquals(0, ExecutorMemory.allocatedBytes());

        letIdleModelsGo();
    }

    private void letIdleModelsGo() throws InterruptedException {
        conf.set(ModelCacheLimits.IDLE_TIMEOUT, "1s");
        ArrowMemory.await("idle models to go", () -> ModelCache.size() == 0);
        conf.remove(ModelCacheLimits.IDLE_TIMEOUT);
    }

    private static void score(Dataset<Row> rows, int model) throws Exception {
        assertEquals(
                2,
                ImageInference.of(InferenceOptions.builder()
                                .preprocessing(FashionMnist.PREPROCESSING)
                                .model(TestNetworks.copyOfShipped(model))
                                .inputCol("value")
                                .build())
                        .transform(rows)
                        .collectAsList()
                        .size());
    }

    private record Usage(long heap, long metaspace, long direct) {

        static Usage now() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return new Usage(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .mapToLong(pool -> pool.getUsage().getUsed())
                            .sum(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum());
        }
    }
}

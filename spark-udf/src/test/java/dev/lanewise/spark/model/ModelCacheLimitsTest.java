package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCacheLimitsTest {

    @Test
    void readsTimesAndSizesAsSparkWritesThem() {
        SparkConf conf =
                new SparkConf(false).set(ModelCacheLimits.IDLE_TIMEOUT, "2min").set(ModelCacheLimits.CACHE_BYTES, "3m");
        assertEquals(new ModelCacheLimits(Duration.ofMinutes(2), 3 << 20), ModelCacheLimits.of(conf));
    }

    @Test
    void leavesMostOfTheHeapToSparkByDefault() {
        ModelCacheLimits limits = ModelCacheLimits.of(new SparkConf(false));
        assertEquals(ModelCacheLimits.DEFAULT_IDLE_TIMEOUT, limits.idleTimeout());
        assertTrue(limits.bytes() < Runtime.getRuntime().maxMemory() / 2, limits.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "idleTimeout, soon, 'spark.lanewise.model.idleTimeout is ''soon'', which is not a time such as 600s or 10min'",
        "cacheBytes, much, 'spark.lanewise.model.cacheBytes is ''much'', which is not a size such as 512m or 2g'",
        "idleTimeout, 0s, 'spark.lanewise.model.idleTimeout must be at least 1, not 0'"
    })
    void refusesWhatIsNone(String setting, String value, String message) {
        SparkConf conf = new SparkConf(false).set("spark.lanewise.model." + setting, value);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> ModelCacheLimits.of(conf))
                        .getMessage());
    }
}

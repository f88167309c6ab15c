package dev.lanewise.integration;

import org.apache.spark.sql.SparkSession;

/** The one local Spark that the tests of this JVM share. */
final class LocalSpark {

    private LocalSpark() {}

    static SparkSession session() {
        return Holder.SESSION;
    }

    private static final class Holder {
        private static final SparkSession SESSION = SparkSession.builder()
                .master("local[2]")
                .appName("lanewise-integration-tests")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }
}

package dev.lanewise.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark inside a test's JVM: on loopback alone, without a user interface. */
public final class LocalSpark {

    private LocalSpark() {}

    public static SparkConf settings(int cores) {
        return new SparkConf()
                .setAppName("test")
                .setMaster("local[" + cores + "]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.sql.shuffle.partitions", "2");
    }

    public static SparkSession session(int cores, Map<String, String> more) {
        SparkConf settings = settings(cores);
        more.forEach(settings::set);
        return SparkSession.builder().config(settings).getOrCreate();
    }
}

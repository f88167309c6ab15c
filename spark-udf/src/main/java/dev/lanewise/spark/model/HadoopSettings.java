package dev.lanewise.spark.model;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** Where a session's file systems are. */
public final class HadoopSettings {

    private HadoopSettings() {}

    /** Hadoop's settings as Spark's own sources see them: the application's, overridden by the session's. */
    public static Configuration of(SparkSession session) {
        Configuration configuration = new Configuration(session.sparkContext().hadoopConfiguration());
        CollectionConverters.asJava(session.conf().getAll()).forEach(configuration::set);
        return configuration;
    }
}

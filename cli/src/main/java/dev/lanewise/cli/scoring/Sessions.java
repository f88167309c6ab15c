package dev.lanewise.cli.scoring;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Starts Spark as the command line wants it. */
final class Sessions {

    private Sessions() {}

    /** What SparkSubmit and {@code -Dspark.*} have set, completed for a run on this machine where no cluster is named. */
    static SparkConf configuration(@Nullable String master) {
        SparkConf configuration = new SparkConf().setIfMissing("spark.app.name", "lanewise");
        if (master != null) {
            configuration.setIfMissing("spark.master", master);
        }
        configuration.setIfMissing("spark.master", "local[*]");
        configuration.setIfMissing("spark.ui.showConsoleProgress", "false");
        // Spark's 4 MB would make a task of every 32 small images.
        configuration.setIfMissing("spark.sql.files.openCostInBytes", "256KB");
        if (configuration.get("spark.master").startsWith("local")) {
            configuration.setIfMissing("spark.ui.enabled", "false");
            configuration.setIfMissing("spark.driver.host", "127.0.0.1");
            configuration.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            // Heartbeats carry the progress inside a task.
            configuration.setIfMissing("spark.executor.heartbeatInterval", "2s");
        }
        return configuration;
    }

    static SparkSession start(SparkConf configuration, boolean verbose) {
        SparkLogging.configure(verbose);
        try {
            return SparkSession.builder().config(configuration).getOrCreate();
        } catch (Exception e) {
            // Scala declares nothing. Only Spark knows the masters that its jars bring.
            if (e instanceof SparkException
                    && String.valueOf(e.getMessage()).startsWith("Could not parse Master URL")) {
                throw new IllegalArgumentException(
                        "--master " + configuration.get("spark.master")
                                + " is nothing that this Spark knows; give local[4], spark://host:7077, yarn or"
                                + " k8s://https://host:6443",
                        e);
            }
            throw e;
        }
    }
}

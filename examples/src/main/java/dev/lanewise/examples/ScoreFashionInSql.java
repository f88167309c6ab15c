package dev.lanewise.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores the shipped images of clothes with the shipped network in SQL alone, as one does from PySpark or a notebook: the
 * functions come with the jar.
 *
 * <p>Arguments: the folder {@code fashion-mnist}, and a folder of images, which {@link ScoreFashion} unpacks.
 */
public final class ScoreFashionInSql {

    private ScoreFashionInSql() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: ScoreFashionInSql FASHION_MNIST_FOLDER IMAGES_FOLDER");
        }
        try (SparkSession spark = SparkSession.builder()
                .appName("score-fashion-in-sql")
                .config("spark.master", System.getProperty("spark.master", "local[*]"))
                .getOrCreate()) {
            score(spark, Path.of(arguments[0]).resolve("fmnist-grouped.onnx"), Path.of(arguments[1]))
                    .show(false);
        }
    }

    /** Per class in the files' names: how many images there are, how many are right, and how sure the network is. */
    static Dataset<Row> score(SparkSession spark, Path model, Path images) {
        // Settings of a session; spark-defaults.conf and --conf serve as well. The network was trained on pixel / 255,
        // less
        // this mean, by this standard deviation.
        for (String setting : List.of("path = " + model.toUri(), "preset = unit", "mean = 0.2860", "std = 0.3530")) {
            spark.sql("SET spark.lanewise.model.fashion." + setting);
        }
        spark.sql("CREATE OR REPLACE TEMPORARY VIEW clothes AS"
                + " SELECT path, content, int(regexp_extract(path, '_([0-9])[.]png$', 1)) AS class"
                + " FROM binaryFile.`" + images.toUri() + "`");
        return spark.sql("SELECT class, count(*) AS images, count_if(score.prediction = class) AS right,"
                + " round(avg(score.probability), 3) AS sure"
                + " FROM (SELECT class, onnx_classify(content, 'fashion') AS score FROM clothes)"
                + " GROUP BY class ORDER BY class");
    }
}

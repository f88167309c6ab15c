package dev.lanewise.examples;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_extract;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores the shipped images of clothes with the shipped network through the DataFrame API, and prints how many it gets
 * right, per class.
 *
 * <p>Arguments: the folder {@code fashion-mnist}, and a folder to write to.
 */
public final class ScoreFashion {

    static final List<String> LABELS = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private ScoreFashion() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: ScoreFashion FASHION_MNIST_FOLDER OUTPUT_FOLDER");
        }
        Path fashionMnist = Path.of(arguments[0]);
        Path output = Path.of(arguments[1]);
        Path images = unzip(fashionMnist.resolve("fashion-mnist-1000.zip"), output.resolve("images"));

        try (SparkSession spark = SparkSession.builder()
                .appName("score-fashion")
                .config("spark.master", System.getProperty("spark.master", "local[*]"))
                .getOrCreate()) {
            Dataset<Row> scored = score(spark, fashionMnist.resolve("fmnist-grouped.onnx"), images);
            scored.write().mode("overwrite").parquet(output.resolve("scores").toString());
            print(spark.read().parquet(output.resolve("scores").toString()), System.out);
        }
    }

    /** One row per image: its path, the class in its name, and what the network says. */
    static Dataset<Row> score(SparkSession spark, Path model, Path images) {
        // The network was trained on pixel / 255, less this mean, by this standard deviation.
        ImageInference inference = ImageInference.of(InferenceOptions.builder()
                .modelPath(model.toUri().toString())
                .labels(LABELS)
                .topK(3)
                .preprocessing(Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f))
                .dropInput(true)
                .build());

        return ImageFolders.read(spark, images.toUri().toString())
                .select("path", "content")
                .withColumn(
                        "class", regexp_extract(col("path"), "_(\\d)\\.png$", 1).cast("int"))
                .transform(inference::transform);
    }

    private static void print(Dataset<Row> scores, PrintStream out) {
        Dataset<Row> judged = scores.withColumn("right", col("prediction").equalTo(col("class")));
        out.printf("%-12s %6s %9s%n", "class", "images", "right");
        judged.groupBy("class")
                .agg(
                        count(lit(1)).as("images"),
                        avg(col("right").cast("double")).as("right"))
                .orderBy("class")
                .collectAsList()
                .forEach(row -> out.printf(
                        "%-12s %6d %8.1f%%%n",
                        LABELS.get(row.<Integer>getAs("class")),
                        row.<Long>getAs("images"),
                        100 * row.<Double>getAs("right")));
        out.printf("%d of %d right%n", judged.filter("right").count(), judged.count());
    }

    static Path unzip(Path archive, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path name = Path.of(entry.getName()).getFileName();
                if (!entry.isDirectory() && name != null) {
                    Files.write(folder.resolve(name), zip.readAllBytes());
                }
            }
        }
        return folder;
    }
}

package dev.lanewise.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ml.OnnxImageTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a classifier of its own on what the shipped network sees in images: a pipeline of the network, up to its last
 * layer, and Spark's logistic regression. It learns to tell shoes from other clothes, is judged on images that it has not
 * seen, and saved.
 *
 * <p>Arguments: the folder {@code fashion-mnist}, and a folder to write to.
 */
public final class TrainOnEmbeddings {

    private TrainOnEmbeddings() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: TrainOnEmbeddings FASHION_MNIST_FOLDER OUTPUT_FOLDER");
        }
        Path fashionMnist = Path.of(arguments[0]);
        Path output = Path.of(arguments[1]);
        Path images = ScoreFashion.unzip(fashionMnist.resolve("fashion-mnist-1000.zip"), output.resolve("images"));

        try (SparkSession spark = SparkSession.builder()
                .appName("train-on-embeddings")
                .config("spark.master", System.getProperty("spark.master", "local[*]"))
                .getOrCreate()) {
            // Sandals, sneakers and ankle boots are classes 5, 7 and 9.
            Dataset<Row> labelled = ImageFolders.read(spark, images.toUri().toString())
                    .withColumn("class", regexp_extract(col("path"), "_(\\d)\\.png$", 1))
                    .withColumn("label", col("class").isin("5", "7", "9").cast("double"));
            Dataset<Row> training = labelled.where("hash(path) % 4 != 0");
            Dataset<Row> unseen = labelled.where("hash(path) % 4 = 0");

            PipelineModel shoes =
                    pipeline(fashionMnist.resolve("fmnist-grouped.onnx")).fit(training);
            double accuracy = new MulticlassClassificationEvaluator()
                    .setMetricName("accuracy")
                    .evaluate(shoes.transform(unseen));
            System.out.printf("%.1f %% of unseen images right%n", 100 * accuracy);
            // The network is part of what is saved: PipelineModel.load needs nothing else.
            shoes.write().overwrite().save(output.resolve("shoes").toUri().toString());
        }
    }

    static Pipeline pipeline(Path model) {
        OnnxImageTransformer network = new OnnxImageTransformer()
                .setModelPath(model.toUri().toString())
                .setPreset("unit")
                .setMean(0.2860)
                .setStd(0.3530)
                // The values that the network's last layer reads; "lanewise explain" lists them all.
                .setOutputs(Map.of("features", "/Flatten_output_0"))
                // The regression names its own columns so.
                .setPredictionCol("")
                .setProbabilityCol("")
                .setOutputCol("")
                .setHandleInvalid("skip");
        return new Pipeline().setStages(new PipelineStage[] {network, new LogisticRegression().setMaxIter(20)});
    }
}

package dev.lanewise.examples;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Scores images as they arrive in a folder, each once, also when the program is stopped or killed and started again.
 *
 * <p>Images must appear complete: write them elsewhere, or under a name that begins with a dot, and rename them.
 *
 * <p>Arguments: the folder {@code fashion-mnist}, the folder to watch, a folder to write to, and optionally {@code once} to
 * end when all images there are scored.
 */
public final class WatchFolder {

    /** A stream of files must be told its columns. */
    private static final String BINARY_FILE = "path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY";

    private WatchFolder() {}

    public static void main(String[] arguments) throws IOException, TimeoutException, StreamingQueryException {
        if (arguments.length < 3 || arguments.length > 4 || (arguments.length == 4 && !arguments[3].equals("once"))) {
            throw new IllegalArgumentException("usage: WatchFolder FASHION_MNIST_FOLDER INCOMING OUTPUT_FOLDER [once]");
        }
        Path model = Path.of(arguments[0]).resolve("fmnist-grouped.onnx");
        try (SparkSession spark = SparkSession.builder()
                .appName("watch-folder")
                .config("spark.master", System.getProperty("spark.master", "local[*]"))
                .getOrCreate()) {
            StreamingQuery query = score(spark, model, arguments[1])
                    .writeStream()
                    .format("parquet")
                    .option("checkpointLocation", arguments[2] + "/checkpoint")
                    .trigger(arguments.length == 4 ? Trigger.AvailableNow() : Trigger.ProcessingTime("2 seconds"))
                    .start(arguments[2] + "/scores");
            query.awaitTermination();
        }
    }

    static Dataset<Row> score(SparkSession spark, Path model, String incoming) {
        ImageInference inference = ImageInference.of(InferenceOptions.builder()
                .modelPath(model.toUri().toString())
                .labels(ScoreFashion.LABELS)
                .preprocessing(Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f))
                .dropInput(true)
                .build());
        return spark.readStream()
                .format("binaryFile")
                .schema(BINARY_FILE)
                .option("pathGlobFilter", "*.png")
                .option("maxFilesPerTrigger", "256")
                .load(incoming)
                .transform(inference::transform);
    }
}

package dev.lanewise.integration;

import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** A user's driver: scores the files of a folder as a stream into a file sink, and ends when all are done. */
public final class StreamingApp {

    static final int FILES_PER_BATCH = 4;

    private StreamingApp() {}

    /**
     * Arguments: the folder of images, the folder for scores, that of the checkpoint, and optionally the name of an image
     * after which the driver hangs and a file that it makes then.
     */
    public static void main(String[] arguments) throws Exception {
        try (SparkSession session = LocalSpark.session()) {
            Dataset<Row> files = session.readStream()
                    .format("binaryFile")
                    .schema("path STRING, modificationTime TIMESTAMP, length LONG, content BINARY")
                    .option("maxFilesPerTrigger", String.valueOf(FILES_PER_BATCH))
                    .load(arguments[0]);
            Dataset<Row> scored = ImageInference.of(
                            FashionMnist.options().dropInput(true).build())
                    .transform(files);
            if (arguments.length > 3) {
                scored = hangingAfter(scored, arguments[3], Path.of(arguments[4]));
            }
            scored.writeStream()
                    .format("parquet")
                    .option("checkpointLocation", arguments[2])
                    .trigger(Trigger.AvailableNow())
                    .start(arguments[1])
                    .awaitTermination();
        }
    }

    private static Dataset<Row> hangingAfter(Dataset<Row> scored, String image, Path reached) {
        String flag = reached.toString();
        MapFunction<Row, Row> hang = row -> {
            if (row.<String>getAs("path").endsWith(image)) {
                hang(Path.of(flag));
            }
            return row;
        };
        return scored.map(hang, Encoders.row(scored.schema()));
    }

    private static void hang(Path reached) throws IOException, InterruptedException {
        Files.createFile(reached);
        Thread.sleep(3_600_000);
    }
}

package dev.lanewise.integration;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A user's program, in a jar of its own: scores a folder and writes what it saw as lines of text. */
public final class ClusterApp {

    private ClusterApp() {}

    /**
     * Arguments: the model, the folder of images, the file for the scores, the file for what the executors say of
     * themselves.
     */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            Files.write(Path.of(arguments[2]), score(session, arguments[0], arguments[1]));
            Files.write(Path.of(arguments[3]), executors(session));
        }
    }

    static List<String> score(SparkSession session, String model, String folder) {
        ImageInference inference = ImageInference.of(InferenceOptions.builder()
                .modelPath(model)
                .preprocessing(Preprocessing.preset("unit")
                        .withResize(Resize.exact(28, 28))
                        .withMean(0.2860f)
                        .withStd(0.3530f))
                .dropInput(true)
                .batchSize(2)
                .build());
        Dataset<Row> images = ImageFolders.read(session, folder).repartition(4);
        return ScoreLines.of(inference.transform(images).collectAsList(), "path");
    }

    /** Per task: the executor, the jar that Lanewise came from, the Arrow bytes still allocated. */
    private static List<String> executors(SparkSession session) {
        MapPartitionsFunction<Long, String> describe = rows -> {
            List<String> lines = new ArrayList<>();
            rows.forEachRemaining(row -> lines.add(SparkEnv.get().executorId() + " "
                    + Path.of(ExecutorMemory.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .getPath())
                            .getFileName()
                    + " " + (ExecutorMemory.allocatedBytes() + ExecutorMemory.leakedBytes())));
            return lines.iterator();
        };
        return session.range(0, 16, 1, 16)
                .as(Encoders.LONG())
                .mapPartitions(describe, Encoders.STRING())
                .collectAsList();
    }
}

package dev.lanewise.integration;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.score.ExecutorMemory;
import dev.lanewise.spark.sql.LanewiseExtensions;
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
     * themselves, the file for the scores that SQL gives.
     */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            Files.write(Path.of(arguments[2]), score(session, arguments[0], arguments[1]));
            Files.write(Path.of(arguments[3]), executors(session));
            Files.write(Path.of(arguments[4]), scoreInSql(session, arguments[0], arguments[1]));
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

    /** Scores by the functions that come with the jar, about half of the images row by row. */
    static List<String> scoreInSql(SparkSession session, String model, String folder) {
        LanewiseExtensions.check(session);
        String settings = "spark.lanewise.model.fashion.";
        session.conf().set(settings + "path", model);
        session.conf().set(settings + "preset", "unit");
        session.conf().set(settings + "resize", "28");
        session.conf().set(settings + "crop", "28");
        session.conf().set(settings + "mean", "0.2860");
        session.conf().set(settings + "std", "0.3530");
        ImageFolders.read(session, folder).repartition(4).createOrReplaceTempView("images");
        List<Row> rows = session.sql(
                        "SELECT path, s.* FROM (SELECT path, onnx_classify(content, 'fashion') s FROM images"
                                + " WHERE length % 2 = 0 UNION ALL SELECT path, CASE WHEN length >= 0 THEN"
                                + " onnx_classify(content, 'fashion') END s FROM images WHERE length % 2 = 1)")
                .collectAsList();
        return ScoreLines.of(rows, "path");
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

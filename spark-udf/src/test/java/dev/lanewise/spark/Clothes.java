package dev.lanewise.spark;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.ml.OnnxImageTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The shipped network and images, and sessions to score them in. */
public final class Clothes {

    public static final List<String> LABELS = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    /** The 64 values that the network's last layer reads. */
    public static final String EMBEDDING = "/Flatten_output_0";

    private static final Path FOLDER = Path.of("..", "examples", "fashion-mnist");

    public static final Path MODEL = FOLDER.resolve("fmnist-grouped.onnx").toAbsolutePath();

    private Clothes() {}

    public static SparkSession session() {
        return LocalSpark.session(2, Map.of());
    }

    public static InferenceOptions.Builder options() {
        return InferenceOptions.builder()
                .modelPath(MODEL.toString())
                .preprocessing(Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f));
    }

    public static OnnxImageTransformer transformer() {
        return new OnnxImageTransformer()
                .setModelPath(MODEL.toString())
                .setPreset("unit")
                .setMean(0.2860)
                .setStd(0.3530);
    }

    /** Writes the first images, {@code <index>_<label>.png}. */
    public static Path unzip(int count, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(FOLDER.resolve("fashion-mnist-1000.zip")))) {
            int written = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null && written < count; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".png")) {
                    Files.write(folder.resolve(Path.of(entry.getName()).getFileName()), zip.readAllBytes());
                    written++;
                }
            }
        }
        return folder;
    }

    /** Columns {@code path}, {@code content} and {@code class}, as a double. */
    public static Dataset<Row> read(SparkSession spark, Path folder) {
        return spark.read()
                .format("binaryFile")
                .load(folder.toString())
                .selectExpr("path", "content", "double(regexp_extract(path, '_(\\\\d)[.]png', 1)) AS class");
    }

    public static Path labels(Path folder) throws IOException {
        return Files.write(folder.resolve("labels.txt"), LABELS);
    }
}

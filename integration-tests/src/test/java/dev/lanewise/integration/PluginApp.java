package dev.lanewise.integration;

import com.codahale.metrics.Gauge;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.model.ModelCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** A user's program for a cluster with the plugin: waits for warm executors, scores, and writes what they and the sink say. */
public final class PluginApp {

    private static final String PLUGIN = "plugin.dev.lanewise.spark.plugin.LanewisePlugin";

    private PluginApp() {}

    /** Arguments: the model, the folder of images, the folder of the metrics' sink, the folder for the results. */
    public static void main(String[] arguments) throws IOException {
        Path results = Path.of(arguments[3]);
        Path sink = Path.of(arguments[2]);
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            Files.write(results.resolve("warm.txt"), executors(session));
            Files.write(results.resolve("scores.txt"), score(session, arguments[0], arguments[1]));
            Files.write(results.resolve("after.txt"), executors(session));
            long images;
            try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
                images = files.count();
            }
            await("the driver's total to be " + images, () -> total("total.images") == images);
            await("the sink's files to add up to " + images, () -> inSink(sink, "images") == images);
            Files.writeString(
                    results.resolve("metrics.txt"),
                    total("total.images") + " " + total("total.invalid") + " " + total("total.executors") + " "
                            + inSink(sink, "invalid") + " " + inSink(sink, "scalarFallbacks"));
        }
    }

    static List<String> score(SparkSession session, String model, String folder) {
        ImageInference inference = ImageInference.of(InferenceOptions.builder()
                .modelPath(model)
                .preprocessing(Preprocessing.preset("unit"))
                .dropInput(true)
                .batchSize(8)
                .build());
        Dataset<Row> images = session.read().format("binaryFile").load(folder).repartition(8);
        return ScoreLines.of(inference.transform(images).collectAsList(), "path");
    }

    /** Of each executor: its name, models built and present, whether it has vectors, and slow convolutions. */
    private static List<String> executors(SparkSession session) {
        MapPartitionsFunction<Long, String> describe = rows -> {
            List<String> lines = new ArrayList<>();
            await("a warm model", () -> ModelCache.size() == 1 && ModelCache.bytes() > 0);
            rows.forEachRemaining(row -> lines.add(SparkEnv.get().executorId() + " built " + ModelCache.builds()
                    + " present " + ModelCache.size() + " vectors "
                    + VectorWidth.preferred().isPresent() + " slow " + ConvolutionSelector.scalarFallbacks()));
            // Long enough for the other executor to take its share.
            Thread.sleep(100);
            return lines.iterator();
        };
        return session
                .range(0, 16, 1, 16)
                .as(Encoders.LONG())
                .mapPartitions(describe, Encoders.STRING())
                .collectAsList()
                .stream()
                .distinct()
                .sorted()
                .toList();
    }

    private static long total(String metric) {
        for (Source source :
                CollectionConverters.asJava(SparkEnv.get().metricsSystem().getSourcesByName(PLUGIN))) {
            Object gauge = source.metricRegistry().getMetrics().get(metric);
            if (gauge instanceof Gauge<?> found) {
                return ((Number) found.getValue()).longValue();
            }
        }
        return -1;
    }

    /** The sum over executors of the last values of a metric in the sink's files. */
    private static long inSink(Path sink, String metric) {
        try (Stream<Path> files = Files.list(sink)) {
            return files.filter(file ->
                            file.getFileName().toString().matches(".*\\.[01]\\." + PLUGIN + "\\." + metric + "\\.csv"))
                    .mapToLong(PluginApp::last)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long last(Path csv) {
        try {
            List<String> lines = Files.readAllLines(csv);
            String last = lines.get(lines.size() - 1);
            String value = last.substring(last.indexOf(',') + 1);
            return value.matches("\\d+") ? Long.parseLong(value) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(String what, BooleanSupplier happened) {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
        while (!happened.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("waited in vain for " + what);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

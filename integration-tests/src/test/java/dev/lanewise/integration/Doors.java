package dev.lanewise.integration;

import static org.apache.spark.sql.functions.col;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.LanewiseUdfs;
import dev.lanewise.spark.ml.OnnxImageTransformer;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;

/** All ways to score images of clothes; part of programs that have nothing but the bundle. */
final class Doors {

    private static final double MEAN = 0.2860;
    private static final double STD = 0.3530;

    private Doors() {}

    /**
     * By name: what makes of rows with {@code path}, {@code length} and {@code content} rows with {@code path} and the result's
     * columns.
     */
    static Map<String, UnaryOperator<Dataset<Row>>> of(SparkSession session, String model, int batchSize, int threads) {
        String named = "spark.lanewise.model.shipped.";
        Map.of("path", model, "preset", "unit", "mean", String.valueOf(MEAN), "std", String.valueOf(STD))
                .forEach((setting, value) -> session.conf().set(named + setting, value));
        session.conf().set("spark.lanewise.batchSize", batchSize);
        session.conf().set("spark.lanewise.threads", threads);
        InferenceOptions options =
                options(model).batchSize(batchSize).threads(threads).build();
        UserDefinedFunction classify = LanewiseUdfs.classify(options);
        return Map.of(
                "operator",
                images -> ImageInference.of(options).transform(images),
                "transformer",
                images -> new OnnxImageTransformer()
                        .setModelPath(model)
                        .setPreset("unit")
                        .setMean(MEAN)
                        .setStd(STD)
                        .setBatchSize(batchSize)
                        .setNumThreads(threads)
                        .transform(images)
                        .select("path", "output.*"),
                "udf",
                images -> images.select(
                                col("path"), classify.apply(col("content")).as("s"))
                        .select("path", "s.*"),
                "sql",
                images -> images.selectExpr("path", "onnx_classify(content, 'shipped') s")
                        .select("path", "s.*"),
                "rows",
                images -> images.selectExpr("path", "CASE WHEN length > 0 THEN onnx_classify(content, 'shipped') END s")
                        .select("path", "s.*"));
    }

    /** Of the first door. */
    static InferenceOptions.Builder options(String model) {
        return InferenceOptions.builder()
                .modelPath(model)
                .preprocessing(
                        Preprocessing.preset("unit").withMean((float) MEAN).withStd((float) STD))
                .dropInput(true);
    }
}

package dev.lanewise.spark.ml;

import dev.lanewise.spark.Clothes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/** Scores a folder of images with a saved pipeline, in a JVM that has never seen its stages. */
public final class LoadedPipeline {

    private LoadedPipeline() {}

    /** Arguments: the pipeline, the images, the file for the lines. */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession spark = Clothes.session()) {
            PipelineModel pipeline = PipelineModel.load(arguments[0]);
            Files.write(
                    Path.of(arguments[2]),
                    PipelineTest.lines(pipeline.transform(Clothes.read(spark, Path.of(arguments[1])))));
        }
    }
}

package dev.lanewise.spark.ml;

import dev.lanewise.spark.model.HadoopSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Reads what {@link OnnxImageTransformerWriter} has written; the model and the labels are those in the folder. */
final class OnnxImageTransformerReader extends MLReader<OnnxImageTransformer> {

    @Override
    public OnnxImageTransformer load(String path) {
        DefaultParamsReader.Metadata metadata =
                DefaultParamsReader.loadMetadata(path, sparkSession(), OnnxImageTransformer.class.getName());
        OnnxImageTransformer transformer = new OnnxImageTransformer(metadata.uid());
        // Where the files were when it was saved: they may have gone since.
        String[] paths = {
            transformer.modelPath().name(), transformer.labelsPath().name()
        };
        metadata.getAndSetParams(
                transformer,
                Option.apply(
                        CollectionConverters.asScala(java.util.List.of(paths)).toList()));
        Configuration configuration = HadoopSettings.of(sparkSession());
        Path model = new Path(path, OnnxImageTransformerWriter.MODEL);
        Path labels = new Path(path, OnnxImageTransformerWriter.LABELS);
        if (exists(model, configuration)) {
            transformer.setModelPath(model.toString());
        }
        if (exists(labels, configuration)) {
            transformer.setLabelsPath(labels.toString());
        }
        return transformer;
    }

    private static boolean exists(Path file, Configuration configuration) {
        try {
            return file.getFileSystem(configuration).exists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for " + file + ": " + e.getMessage(), e);
        }
    }
}

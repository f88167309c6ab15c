package dev.lanewise.spark.ml;

import dev.lanewise.spark.model.HadoopSettings;
import dev.lanewise.spark.model.LabelFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes a folder with {@code metadata/}, as every stage of Spark ML has it, {@value #MODEL}, complete with its external
 * data, and, if there are labels, {@value #LABELS}.
 */
final class OnnxImageTransformerWriter extends MLWriter {

    static final String MODEL = "model.onnx";
    static final String LABELS = "labels.txt";

    private final OnnxImageTransformer transformer;

    OnnxImageTransformerWriter(OnnxImageTransformer transformer) {
        this.transformer = transformer;
    }

    @Override
    public void saveImpl(String path) {
        Configuration configuration = HadoopSettings.of(sparkSession());
        DefaultParamsWriter.saveMetadata(transformer, path, sparkSession());
        if (transformer.isSet(transformer.modelPath())) {
            write(new Path(path, MODEL), transformer.model(configuration).onnx(), configuration);
        }
        if (transformer.isSet(transformer.labelsPath())) {
            String labels = String.join("\n", LabelFiles.read(transformer.getLabelsPath(), configuration)) + "\n";
            write(new Path(path, LABELS), labels.getBytes(StandardCharsets.UTF_8), configuration);
        }
    }

    private static void write(Path file, byte[] bytes, Configuration configuration) {
        try (OutputStream out = file.getFileSystem(configuration).create(file, true)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}

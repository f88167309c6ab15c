package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.model.ModelFiles;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.score.ExecutorMemory;
import dev.lanewise.spark.score.ImageColumn;
import dev.lanewise.spark.score.ScoringRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Scores the images of a {@code Dataset} with a classification network, on the executors' own CPU cores.
 *
 * <pre>{@code
 * ImageInference inference = ImageInference.of(InferenceOptions.builder()
 *         .modelPath("hdfs:///models/resnext50.onnx")
 *         .preprocessing(Preprocessing.preset("imagenet"))
 *         .build());
 * Dataset<Row> scored = ImageFolders.read(spark, "hdfs:///photos").transform(inference::transform);
 * }</pre>
 *
 * <p>Rows keep their columns and gain these, in this order:
 *
 * <ul>
 *   <li>{@code prediction INT}: the index of the best class
 *   <li>{@code label STRING}: its name, or its index in decimal where no labels were given
 *   <li>{@code probability FLOAT}: its probability
 *   <li>{@code top ARRAY<STRUCT<index INT, label STRING, probability FLOAT>>}: the best classes, best first
 *   <li>{@code error STRING}: why the image could not be scored (then the other four are null); null if it was
 * </ul>
 *
 * <p>Scores depend on the image and the model alone: not on partitions, batch size, threads or retries.
 */
public final class ImageInference {

    private final InferenceOptions options;
    private final List<LongAccumulator> skipped = new ArrayList<>();
    private @Nullable ModelSource source;

    private ImageInference(InferenceOptions options) {
        this.options = options;
    }

    public static ImageInference of(InferenceOptions options) {
        return new ImageInference(options);
    }

    /**
     * Reads the model and checks it and the options against each other, as {@link #transform} does, which then reads and
     * builds it no more; this needs no Spark session.
     *
     * @param configuration where Hadoop's file systems are
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the options and the model do not fit each other
     */
    public void check(Configuration configuration) {
        checkedModel(configuration);
    }

    /**
     * Appends the result columns. The model is read and checked now, on the driver; images are scored when the result is
     * used.
     *
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the input, the options and the model do not fit each other
     */
    public Dataset<Row> transform(Dataset<Row> images) {
        SparkSession session = images.sparkSession();
        boolean caseSensitive = Boolean.parseBoolean(session.conf().get("spark.sql.caseSensitive"));
        StructType input = images.schema();
        ImageColumn column = ImageColumn.find(
                input, options.inputCol(), caseSensitive, options.scoring().limits());
        ResultColumns results =
                ResultColumns.of(input, options.dropInput() ? column.index() : -1, options.labels(), caseSensitive);

        ModelSource model = checkedModel(hadoopConfiguration(session));

        SparkContext context = session.sparkContext();
        LongAccumulator counter = options.handleInvalid() == HandleInvalid.SKIP ? skippedCounter(context) : null;
        ScoringRequest request = new ScoringRequest(
                ModelHandle.of(context, model, ModelOptions.DEFAULT), options.scoring(), options.threads());
        PartitionScoring scoring = new PartitionScoring(request, column, results, options.handleInvalid(), counter);
        return images.mapPartitions(scoring, Encoders.row(results.schema(input)));
    }

    /**
     * How many rows {@link HandleInvalid#SKIP} has left out, in all jobs of this object's Datasets that have ended. A row
     * counts again whenever its partition is computed again.
     */
    public long skipped() {
        synchronized (skipped) {
            return skipped.stream().mapToLong(LongAccumulator::sum).sum();
        }
    }

    private LongAccumulator skippedCounter(SparkContext context) {
        LongAccumulator counter = context.longAccumulator("images skipped by Lanewise");
        synchronized (skipped) {
            skipped.add(counter);
        }
        return counter;
    }

    /** The model's bytes, read once. */
    private synchronized ModelSource source(Configuration configuration) {
        ModelSource known = source == null ? options.model() : source;
        if (known == null) {
            String path = options.modelPath();
            if (path == null) {
                throw new IllegalStateException("InferenceOptions without a model");
            }
            known = ModelFiles.read(path, configuration);
        }
        source = known;
        return known;
    }

    /** Hadoop's settings as Spark's own sources see them: the application's, overridden by the session's. */
    private static Configuration hadoopConfiguration(SparkSession session) {
        Configuration configuration = new Configuration(session.sparkContext().hadoopConfiguration());
        CollectionConverters.asJava(session.conf().getAll()).forEach(configuration::set);
        return configuration;
    }

    /** Lets a model that does not fit fail here, before any job runs. */
    private ModelSource checkedModel(Configuration configuration) {
        ModelSource modelSource = source(configuration);
        Model model = ModelCache.model(modelSource.contentHash(), ModelOptions.DEFAULT, () -> modelSource);
        BufferAllocator memory = ExecutorMemory.openTask("lanewise driver");
        try (ImageScorer scorer = ImageScorer.of(model, options.scoring(), memory)) {
            checkLabels(modelSource.name(), scorer.classes());
        } finally {
            ExecutorMemory.closeTask(memory);
        }
        return modelSource;
    }

    private void checkLabels(String name, OptionalInt classes) {
        int labels = options.labels().size();
        if (labels > 0 && classes.isPresent() && classes.getAsInt() != labels) {
            throw new IllegalArgumentException(
                    "model " + name + " has " + classes.getAsInt() + " classes, but there are " + labels
                            + " labels; give one label per class, in the order of the model's output");
        }
    }
}

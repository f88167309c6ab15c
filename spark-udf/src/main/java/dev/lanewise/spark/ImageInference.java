package dev.lanewise.spark;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ModelFit;
import dev.lanewise.arrow.score.NetworkInput;
import dev.lanewise.arrow.score.ScoringOutputs;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.spark.model.HadoopSettings;
import dev.lanewise.spark.model.LabelFiles;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.model.ModelFiles;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.preflight.MemoryNeed;
import dev.lanewise.spark.preflight.Preflight;
import dev.lanewise.spark.score.InputColumns;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.sql.LanewiseExtensions;
import dev.lanewise.spark.sql.ScoringColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *   <li>{@code probabilities ARRAY<FLOAT>}: all classes' probabilities, if {@link InferenceOptions.Builder#allProbabilities
 *       asked for}
 *   <li>an {@code ARRAY<FLOAT>} for each of {@link InferenceOptions.Builder#outputs}
 *   <li>{@code error STRING}: why the image could not be scored (then the others are null); null if it was
 * </ul>
 *
 * <p>Scores depend on the image and the model alone: not on partitions, batch size, threads or retries.
 */
public final class ImageInference {

    private static final Logger LOG = LoggerFactory.getLogger(ImageInference.class);

    private final InferenceOptions options;
    private final List<LongAccumulator> skipped = new ArrayList<>();
    private @Nullable Checked checked;

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
        checked(configuration);
    }

    /**
     * As {@link #check(Configuration)}, and whether an input has the columns that the options and the model ask for.
     *
     * @throws IllegalArgumentException also if a column is missing, or of a type or size that the model does not take, or a
     *     name would be there twice
     */
    public void check(StructType input, Configuration configuration) {
        schema(input);
        columns(input, SQLConf.get().caseSensitiveAnalysis())
                .check(input, checked(configuration).inputs());
    }

    /**
     * As {@link #check(Configuration)}, and whether the model and its batches fit into executors of given settings.
     *
     * @throws IllegalArgumentException also if they cannot fit; the message names the setting to change
     */
    public void check(Configuration configuration, SparkConf settings) {
        checkMemory(checked(configuration).model(), settings);
    }

    /**
     * The SHA-256 of the model with its external data, in hexadecimal: what tells whether two runs have used the same one.
     *
     * @param configuration where Hadoop's file systems are
     * @throws ModelException if the model cannot be read or built
     */
    public String modelHash(Configuration configuration) {
        return checked(configuration).model().contentHash();
    }

    /**
     * Appends the result columns. The model is read and checked now, on the driver; images are scored when the result is
     * used: where Lanewise's extension is installed and the network takes one image, by the operator that runs SQL's functions,
     * so that only the columns and the rows that are needed are read, and only if scores are needed (unless invalid images
     * are to be skipped or to be errors, which takes every row's score); elsewhere by {@link #mapPartitionsFunction}.
     *
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the input, the options and the model do not fit each other
     */
    public Dataset<Row> transform(Dataset<Row> images) {
        PartitionScoring scoring = scoring(images.sparkSession(), images.schema());
        return isServed(images, scoring.images())
                ? ScoredColumns.of(images, scoring)
                : images.mapPartitions(scoring, Encoders.row(scoring.results().schema()));
    }

    private static boolean isServed(Dataset<Row> images, InputColumns columns) {
        StructField first = images.schema().apply(columns.columns().get(0).index());
        if (columns.several() || !ScoringColumns.accept(first.dataType())) {
            return false;
        }
        boolean installed = LanewiseExtensions.isInstalled(images.sparkSession());
        if (!installed) {
            LOG.warn(
                    "this Spark session started without Lanewise's extension, so that all columns are read and all rows are"
                            + " scored, whatever is needed of them; LanewiseExtensions.check(spark) tells the remedy");
        }
        return installed;
    }

    /**
     * What {@link #transform} does, for {@code mapPartitions} on any Dataset of rows of a schema, with an encoder of the rows of
     * {@link #schema}. It runs whatever columns are used afterwards, and its input's rows are decoded and encoded again: where
     * there is a choice, {@link #transform} is faster.
     *
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the input, the options and the model do not fit each other
     */
    public MapPartitionsFunction<Row, Row> mapPartitionsFunction(SparkSession session, StructType input) {
        return scoring(session, input);
    }

    private PartitionScoring scoring(SparkSession session, StructType input) {
        boolean caseSensitive = Boolean.parseBoolean(session.conf().get("spark.sql.caseSensitive"));
        InputColumns columns = columns(input, caseSensitive);
        resultColumns(input, columns, List.of(), caseSensitive);

        Checked checked = checked(HadoopSettings.of(session));
        columns.check(input, checked.inputs());
        ResultColumns results = resultColumns(input, columns, checked.labels(), caseSensitive);
        SparkContext context = session.sparkContext();
        checkMemory(checked.model(), context.getConf());
        LongAccumulator counter = options.handleInvalid() == HandleInvalid.SKIP ? skippedCounter(context) : null;
        return new PartitionScoring(
                request(context, checked.model()), columns, results, options.handleInvalid(), counter);
    }

    /**
     * The schema that {@link #transform} gives for an input of another schema; the model is not looked at.
     *
     * @throws IllegalArgumentException if the column of images is missing or of another type, or a name would be there twice
     */
    public StructType schema(StructType input) {
        boolean caseSensitive = SQLConf.get().caseSensitiveAnalysis();
        return resultColumns(input, columns(input, caseSensitive), List.of(), caseSensitive)
                .schema();
    }

    /**
     * How many classes the model tells apart; empty if that is known at run time alone, no classes are wanted, or the model
     * has not been looked at yet, as {@link #check} and {@link #transform} do.
     */
    public synchronized OptionalInt classes() {
        return checked == null ? OptionalInt.empty() : checked.classes();
    }

    private InputColumns columns(StructType input, boolean caseSensitive) {
        ImageLimits limits = options.scoring().limits();
        return options.inputs().isEmpty()
                ? InputColumns.one(input, options.inputCol(), caseSensitive, limits)
                : InputColumns.named(input, options.inputs(), caseSensitive, limits);
    }

    private ResultColumns resultColumns(
            StructType input, InputColumns columns, List<String> labels, boolean caseSensitive) {
        return ResultColumns.of(
                input, options.dropInput() ? columns.indices() : Set.of(), labels, content(options), caseSensitive);
    }

    static ResultColumns.Content content(InferenceOptions options) {
        ScoringOutputs outputs = options.scoring().outputs();
        return new ResultColumns.Content(
                outputs.classes(),
                outputs.allProbabilities(),
                List.copyOf(options.outputs().keySet()),
                options.resultCol());
    }

    /** What tasks are to do, the model broadcast. */
    ScoringRequest request(SparkContext context, ModelSource model) {
        return new ScoringRequest(
                ModelHandle.of(context, model, options.modelOptions()), options.scoring(), options.threads());
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

    /** What the driver has read, once, and found to fit. */
    record Checked(ModelSource model, List<String> labels, List<NetworkInput> inputs, OptionalInt classes) {}

    /** Lets a model that does not fit fail here, before any job runs. */
    synchronized Checked checked(Configuration configuration) {
        Checked known = checked;
        if (known == null) {
            known = check(source(configuration), labels(configuration));
            checked = known;
        }
        return known;
    }

    private ModelSource source(Configuration configuration) {
        ModelSource model = options.model();
        String path = options.modelPath();
        if (model == null && path == null) {
            throw new IllegalStateException("InferenceOptions without a model");
        }
        return model == null ? ModelFiles.read(String.valueOf(path), configuration) : model;
    }

    private List<String> labels(Configuration configuration) {
        String path = options.labelsPath();
        return path == null ? options.labels() : LabelFiles.read(path, configuration);
    }

    private Checked check(ModelSource source, List<String> labels) {
        Model model = ModelCache.model(source.contentHash(), options.modelOptions(), () -> source);
        ModelFit fit = ModelFit.of(model, options.scoring());
        fit.requireLabels(source.name(), labels);
        return new Checked(source, labels, fit.inputs(), fit.classes());
    }

    private void checkMemory(ModelSource source, SparkConf settings) {
        Model model = ModelCache.model(source.contentHash(), options.modelOptions(), () -> source);
        MemoryNeed need = MemoryNeed.of(model, source.onnx().length, options.scoring());
        Preflight.check(source.name(), need, settings, options.threads());
    }
}

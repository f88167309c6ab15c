package dev.lanewise.spark.ml;

import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import dev.lanewise.spark.model.HadoopSettings;
import dev.lanewise.spark.model.LabelFiles;
import dev.lanewise.spark.model.ModelFiles;
import dev.lanewise.spark.sql.LanewiseExtensions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Scores a column of images with a network, as a stage of Spark ML's pipelines.
 *
 * <pre>{@code
 * OnnxImageTransformer scorer = new OnnxImageTransformer()
 *         .setModelPath("hdfs:///models/resnet50.onnx")
 *         .setLabelsPath("hdfs:///models/imagenet-labels.txt")
 *         .setOutputs(Map.of("features", "flatten_473"));
 * Dataset<Row> scored = scorer.transform(spark.read().format("image").load("hdfs:///photos").select("image.*"));
 * }</pre>
 *
 * <p>Rows keep their columns and gain these, in this order; one whose name is set to the empty text is left out, and if
 * the first three are, the network need not be a classifier:
 *
 * <ul>
 *   <li>{@code outputCol}: {@code STRUCT<prediction INT, label STRING, probability FLOAT, top ARRAY<STRUCT<index INT, label
 *       STRING, probability FLOAT>>, error STRING>}
 *   <li>{@code probabilityCol}: an ML vector of all classes' probabilities; its attributes bear the labels
 *   <li>{@code predictionCol}: the best class's index as a double, as Spark's evaluators take it; its attribute bears the
 *       labels, as {@code IndexToString} takes them
 *   <li>an ML vector for each of {@code outputs}
 *   <li>{@code errorCol}: why the image could not be scored (then the others, and the struct's fields, are null); null if it
 *       was
 * </ul>
 *
 * <p>{@code transformSchema} and {@code transform} read the model on the driver, once per model path, and run no job.
 *
 * @see ImageInference the same without Spark ML
 */
public final class OnnxImageTransformer extends OnnxImageParams implements MLWritable {

    private static final long serialVersionUID = 1L;

    /** A model that has been read. */
    private record Known(String path, ModelSource source) {}

    private transient @Nullable Known known;

    /** With an identifier of its own. */
    public OnnxImageTransformer() {
        this(Identifiable$.MODULE$.randomUID("onnxImage"));
    }

    public OnnxImageTransformer(String uid) {
        super(uid);
    }

    /** Reads one that {@link #write} has saved. */
    public static MLReader<OnnxImageTransformer> read() {
        return new OnnxImageTransformerReader();
    }

    /** As {@code read().load(path)}. */
    public static OnnxImageTransformer load(String path) {
        return read().load(path);
    }

    /** Writes the parameters, the model and the labels, so that what is loaded needs nothing but the folder. */
    @Override
    public MLWriter write() {
        return new OnnxImageTransformerWriter(this);
    }

    /**
     * Checks all that can be known before an image is read: the parameters, the input's columns, the model, its labels, and
     * each against the others. The model is read for it, once per path; nothing is started, and no job runs.
     *
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the input, the parameters, the labels and the model do not fit each other
     */
    @Override
    public StructType transformSchema(StructType schema) {
        return checked(schema, configuration()).columns().schema(schema);
    }

    /**
     * @throws ModelException if the model cannot be read or built
     * @throws IllegalArgumentException if the input, the parameters, the labels and the model do not fit each other, or the
     *     model does not fit into the executors
     * @throws IllegalStateException if the session started without Lanewise's extension, see {@link LanewiseExtensions#check}
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        LanewiseExtensions.check(dataset.sparkSession());
        Checked checked = checked(dataset.schema(), HadoopSettings.of(dataset.sparkSession()));
        Dataset<Row> scored = checked.inference().transform(dataset.toDF());
        List<Column> columns = checked.columns().columns(scored.col(resultCol()));
        Column[] all = new Column[columns.size() + 1];
        all[0] = functions.col("*");
        for (int i = 0; i < columns.size(); i++) {
            all[i + 1] = columns.get(i);
        }
        return scored.select(all).drop(resultCol());
    }

    /** An inference that fits an input, and the columns that become of its result. */
    private record Checked(ImageInference inference, ScoreColumns columns) {}

    private Checked checked(StructType input, Configuration configuration) {
        // What needs no file comes first.
        InferenceOptions.Builder options = options();
        ImageInference unread =
                ImageInference.of(options.modelPath(requiredModelPath()).build());
        StructType scores = (StructType) unread.schema(input).apply(resultCol()).dataType();
        ScoreColumns.of(this, scores, List.of(), null).schema(input);

        List<String> labels = isSet(labelsPath()) ? LabelFiles.read(getLabelsPath(), configuration) : List.of();
        InferenceOptions.Builder read = options().model(model(configuration));
        ImageInference inference = ImageInference.of((labels.isEmpty() ? read : read.labels(labels)).build());
        inference.check(input, configuration);
        Integer classes = inference.classes().isPresent() ? inference.classes().getAsInt() : null;
        ScoreColumns columns = ScoreColumns.of(this, scores, labels, classes);
        return new Checked(inference, columns);
    }

    /** Of the session's file systems; Hadoop's own settings where there is no session. */
    private static Configuration configuration() {
        Option<SparkSession> session = SparkSession.getActiveSession().orElse(SparkSession::getDefaultSession);
        return session.isDefined() ? HadoopSettings.of(session.get()) : new Configuration();
    }

    @Override
    public OnnxImageTransformer copy(ParamMap extra) {
        OnnxImageTransformer copy = copyValues(new OnnxImageTransformer(uid()), extra);
        copy.known = known;
        return copy;
    }

    /** The model's bytes, read once per path. */
    synchronized ModelSource model(Configuration configuration) {
        String path = requiredModelPath();
        Known model = known;
        if (model == null || !model.path().equals(path)) {
            model = new Known(path, ModelFiles.read(path, configuration));
            known = model;
        }
        return model.source();
    }

    /** The column that holds the result before it becomes the columns wanted. */
    private String resultCol() {
        return uid() + "__result";
    }

    private String requiredModelPath() {
        if (!isSet(modelPath())) {
            throw new IllegalArgumentException(
                    uid() + " has no model; call setModelPath with the path of an ONNX file");
        }
        return getModelPath();
    }

    /** Whether any column wanted is about classes. */
    private boolean wantsClasses() {
        return !getOutputCol().isEmpty()
                || !getPredictionCol().isEmpty()
                || !getProbabilityCol().isEmpty();
    }

    /** The parameters but for the model and its labels. */
    private InferenceOptions.Builder options() {
        Map<String, String> tensors = new LinkedHashMap<>();
        getOutputs().values().forEach(tensor -> tensors.put(ScoreColumns.valueField(tensors.size()), tensor));
        if (!wantsClasses() && tensors.isEmpty()) {
            throw new IllegalArgumentException(uid() + " is to give no column of scores; set outputCol, predictionCol,"
                    + " probabilityCol or outputs");
        }
        InferenceOptions.Builder options = InferenceOptions.builder()
                .inputs(getInputs())
                .resultCol(resultCol())
                .classes(wantsClasses())
                .allProbabilities(!getProbabilityCol().isEmpty())
                .outputs(tensors)
                .topK(getTopK())
                .activation(Activation.valueOf(getActivation().toUpperCase(Locale.ROOT)))
                .preprocessing(preprocessing())
                .maxPixels(getMaxPixels())
                .batchSize(getBatchSize())
                .maxBatchBytes(getMaxBatchBytes())
                .handleInvalid(HandleInvalid.valueOf(getHandleInvalid().toUpperCase(Locale.ROOT)))
                .winograd(getWinograd());
        if (isSet(inputCol()) || getInputs().isEmpty()) {
            options.inputCol(getInputCol());
        }
        return isSet(numThreads()) ? options.threads(getNumThreads()) : options;
    }

    private Preprocessing preprocessing() {
        Preprocessing steps = Preprocessing.preset(getPreset());
        if (isSet(resize())) {
            steps = steps.withResize(getResize() == 0 ? Resize.NONE : Resize.shorterSide(getResize()));
        }
        if (isSet(crop())) {
            steps = steps.withCrop(getCrop() == 0 ? Crop.NONE : Crop.square(getCrop()));
        }
        if (isSet(mean())) {
            steps = steps.withMean(floats(getMean()));
        }
        if (isSet(std())) {
            steps = steps.withStd(floats(getStd()));
        }
        return isSet(channels())
                ? steps.withChannels(Channels.valueOf(getChannels().toUpperCase(Locale.ROOT)))
                : steps;
    }

    /** The ONNX file: a path in any file system that Hadoop knows. */
    public OnnxImageTransformer setModelPath(String value) {
        return with(modelPath(), value);
    }

    /** A text file with the classes' names, one a line in UTF-8. Without it a label is its class's index in decimal. */
    public OnnxImageTransformer setLabelsPath(String value) {
        return with(labelsPath(), value);
    }

    /**
     * The column of images: encoded files (BINARY), Spark's image struct, or ARRAY&lt;FLOAT&gt;, ARRAY&lt;DOUBLE&gt; or an
     * ML vector of {@code [channels][height][width]} values that the network reads as they are. {@code content} unless set.
     */
    public OnnxImageTransformer setInputCol(String value) {
        return with(inputCol(), value);
    }

    /**
     * The columns for a model of several inputs, or of one that is no image, by the names that the inputs have in the ONNX
     * file; instead of {@link #setInputCol}. What SynapseML's ONNXModel calls {@code feedDict}.
     */
    public OnnxImageTransformer setInputs(Map<String, String> columnsByInput) {
        return with(inputs(), new LinkedHashMap<>(columnsByInput));
    }

    /** {@code output} unless set. */
    public OnnxImageTransformer setOutputCol(String value) {
        return with(outputCol(), value);
    }

    /** {@code prediction} unless set. */
    public OnnxImageTransformer setPredictionCol(String value) {
        return with(predictionCol(), value);
    }

    /** {@code probability} unless set. */
    public OnnxImageTransformer setProbabilityCol(String value) {
        return with(probabilityCol(), value);
    }

    /** {@code error} unless set. */
    public OnnxImageTransformer setErrorCol(String value) {
        return with(errorCol(), value);
    }

    /** The names of outputs or of what flows between the network's nodes, by the vector columns that they become. */
    public OnnxImageTransformer setOutputs(Map<String, String> tensorsByColumn) {
        return with(outputs(), new LinkedHashMap<>(tensorsByColumn));
    }

    /** How many classes {@code top} names: 5 unless set. */
    public OnnxImageTransformer setTopK(int value) {
        return with(topK(), value);
    }

    /** {@code auto}, {@code softmax} or {@code none}, see {@link Activation}. */
    public OnnxImageTransformer setActivation(String value) {
        return with(activation(), value);
    }

    /** {@code imagenet} unless set, see {@link Preprocessing#preset}. */
    public OnnxImageTransformer setPreset(String value) {
        return with(preset(), value);
    }

    /** Scales the shorter side to so many pixels, instead of what the preset does; 0 for no scaling. */
    public OnnxImageTransformer setResize(int value) {
        return with(resize(), value);
    }

    /** Cuts a square of so many pixels from the middle, instead of what the preset does; 0 for no crop. */
    public OnnxImageTransformer setCrop(int value) {
        return with(crop(), value);
    }

    /** In units of pixel / 255, one value or one per channel, instead of the preset's. */
    public OnnxImageTransformer setMean(double... value) {
        return with(mean(), value.clone());
    }

    /** As {@link #setMean}. */
    public OnnxImageTransformer setStd(double... value) {
        return with(std(), value.clone());
    }

    /** {@code rgb}, {@code bgr} or {@code gray}; grey for a network with one input channel and RGB for three unless set. */
    public OnnxImageTransformer setChannels(String value) {
        return with(channels(), value);
    }

    /** The most pixels that an image may have, 100 million unless set. */
    public OnnxImageTransformer setMaxPixels(long value) {
        return with(maxPixels(), value);
    }

    /** The most images in a batch, 32 unless set. Changes no score. */
    public OnnxImageTransformer setBatchSize(int value) {
        return with(batchSize(), value);
    }

    /** The most bytes that a batch's images may hold, 64 MiB unless set. Changes no score. */
    public OnnxImageTransformer setMaxBatchBytes(long value) {
        return with(maxBatchBytes(), value);
    }

    /** The threads of a task, its CPUs ({@code spark.task.cpus}) unless set. Changes no score. */
    public OnnxImageTransformer setNumThreads(int value) {
        return with(numThreads(), value);
    }

    /** {@code keep}, {@code skip} or {@code error}; {@code keep} unless set, see {@link HandleInvalid}. */
    public OnnxImageTransformer setHandleInvalid(String value) {
        return with(handleInvalid(), value);
    }

    /** Whether 3x3 convolutions may be computed by Winograd's algorithm; they may unless set. */
    public OnnxImageTransformer setWinograd(boolean value) {
        return with(winograd(), value);
    }

    private <T> OnnxImageTransformer with(Param<T> param, T value) {
        set(param, value);
        return this;
    }
}

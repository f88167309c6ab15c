package dev.lanewise.spark.ml;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.spark.HandleInvalid;
import dev.lanewise.spark.InferenceOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import scala.Function1;

/**
 * The parameters of {@link OnnxImageTransformer} and their values. As in all of Spark ML, a column's name that is empty
 * leaves the column out.
 */
public abstract class OnnxImageParams extends Transformer {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> modelPath;
    private final Param<String> labelsPath;
    private final Param<String> inputCol;
    private final NamesParam inputs;
    private final Param<String> outputCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> errorCol;
    private final NamesParam outputs;
    private final IntParam topK;
    private final Param<String> activation;
    private final Param<String> preset;
    private final IntParam resize;
    private final IntParam crop;
    private final DoubleArrayParam mean;
    private final DoubleArrayParam std;
    private final Param<String> channels;
    private final LongParam maxPixels;
    private final IntParam batchSize;
    private final LongParam maxBatchBytes;
    private final IntParam numThreads;
    private final Param<String> handleInvalid;
    private final BooleanParam winograd;

    OnnxImageParams(String uid) {
        this.uid = uid;
        modelPath = path("modelPath", "the ONNX file, in any file system that Hadoop knows");
        labelsPath = path("labelsPath", "a text file with the classes' names, one a line");
        inputCol = column(
                "inputCol", "column of images: encoded files, Spark's image struct, or arrays or vectors of values");
        inputs = new NamesParam(
                uid, "inputs", "columns by the model's inputs, instead of inputCol; empty for a model of one image");
        outputCol =
                column("outputCol", "struct column of prediction, label, probability, top and error; empty for none");
        predictionCol = column("predictionCol", "double column of the best class's index; empty for none");
        probabilityCol = column("probabilityCol", "vector column of all classes' probabilities; empty for none");
        errorCol = column("errorCol", "string column of why an image could not be scored; empty for none");
        outputs = new NamesParam(uid, "outputs", "names of the network's values, by their vector columns");
        topK = new IntParam(uid, "topK", "how many classes top names (>= 1)", atLeast("topK", 1));
        activation =
                choice("activation", "what makes probabilities of the network's output", names(Activation.values()));
        preset = choice("preset", "how images are prepared", Preprocessing.presetNames());
        resize = new IntParam(
                uid, "resize", "pixels of the shorter side after scaling; 0 for no scaling", atLeast("resize", 0));
        crop = new IntParam(uid, "crop", "pixels of the square cut from the middle; 0 for no crop", atLeast("crop", 0));
        mean = new DoubleArrayParam(
                this,
                "mean",
                "is subtracted from pixel / 255; 1 value or one per channel",
                OnnxImageParams.<double[]>check(
                        value -> Preprocessing.preset("unit").withMean(floats(value))));
        std = new DoubleArrayParam(
                this,
                "std",
                "divides pixel / 255 less the mean; 1 value or one per channel",
                OnnxImageParams.<double[]>check(
                        value -> Preprocessing.preset("unit").withStd(floats(value))));
        channels = choice("channels", "the channels that the network reads, in its order", names(Channels.values()));
        maxPixels = new LongParam(
                uid,
                "maxPixels",
                "the most pixels that an image may have",
                check(value -> new ImageLimits((Long) value)));
        batchSize = new IntParam(uid, "batchSize", "the most images in a batch (>= 1)", atLeast("batchSize", 1));
        maxBatchBytes = new LongParam(
                uid, "maxBatchBytes", "the most bytes of a batch's images (>= 1)", atLeast("maxBatchBytes", 1));
        numThreads = new IntParam(
                uid, "numThreads", "threads of a task (>= 1); the task's CPUs unless set", atLeast("numThreads", 1));
        handleInvalid = choice(
                "handleInvalid", "what becomes of rows whose images cannot be scored", names(HandleInvalid.values()));
        winograd =
                new BooleanParam(uid, "winograd", "whether 3x3 convolutions may be computed by Winograd's algorithm");
        setDefaults();
    }

    private void setDefaults() {
        setDefault(inputCol, InferenceOptions.Builder.DEFAULT_INPUT_COL);
        setDefault(inputs, Map.of());
        setDefault(outputCol, "output");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(errorCol, "error");
        setDefault(outputs, Map.of());
        setDefault(topK, InferenceOptions.Builder.DEFAULT_TOP_K);
        setDefault(activation, "auto");
        setDefault(preset, "imagenet");
        setDefault(maxPixels, ImageLimits.DEFAULT.maxPixels());
        setDefault(batchSize, ScoringOptions.DEFAULT_BATCH_SIZE);
        setDefault(maxBatchBytes, ScoringOptions.DEFAULT_MAX_BATCH_BYTES);
        setDefault(handleInvalid, "keep");
        setDefault(winograd, true);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> modelPath() {
        return modelPath;
    }

    public Param<String> labelsPath() {
        return labelsPath;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public NamesParam inputs() {
        return inputs;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> errorCol() {
        return errorCol;
    }

    public NamesParam outputs() {
        return outputs;
    }

    public IntParam topK() {
        return topK;
    }

    public Param<String> activation() {
        return activation;
    }

    public Param<String> preset() {
        return preset;
    }

    public IntParam resize() {
        return resize;
    }

    public IntParam crop() {
        return crop;
    }

    public DoubleArrayParam mean() {
        return mean;
    }

    public DoubleArrayParam std() {
        return std;
    }

    public Param<String> channels() {
        return channels;
    }

    public LongParam maxPixels() {
        return maxPixels;
    }

    public IntParam batchSize() {
        return batchSize;
    }

    public LongParam maxBatchBytes() {
        return maxBatchBytes;
    }

    public IntParam numThreads() {
        return numThreads;
    }

    public Param<String> handleInvalid() {
        return handleInvalid;
    }

    public BooleanParam winograd() {
        return winograd;
    }

    public String getModelPath() {
        return getOrDefault(modelPath);
    }

    public String getLabelsPath() {
        return getOrDefault(labelsPath);
    }

    public String getInputCol() {
        return getOrDefault(inputCol);
    }

    public Map<String, String> getInputs() {
        return getOrDefault(inputs);
    }

    public String getOutputCol() {
        return getOrDefault(outputCol);
    }

    public String getPredictionCol() {
        return getOrDefault(predictionCol);
    }

    public String getProbabilityCol() {
        return getOrDefault(probabilityCol);
    }

    public String getErrorCol() {
        return getOrDefault(errorCol);
    }

    public Map<String, String> getOutputs() {
        return getOrDefault(outputs);
    }

    public int getTopK() {
        return (Integer) getOrDefault(topK);
    }

    public String getActivation() {
        return getOrDefault(activation);
    }

    public String getPreset() {
        return getOrDefault(preset);
    }

    public int getResize() {
        return (Integer) getOrDefault(resize);
    }

    public int getCrop() {
        return (Integer) getOrDefault(crop);
    }

    public double[] getMean() {
        return getOrDefault(mean).clone();
    }

    public double[] getStd() {
        return getOrDefault(std).clone();
    }

    public String getChannels() {
        return getOrDefault(channels);
    }

    public long getMaxPixels() {
        return (Long) getOrDefault(maxPixels);
    }

    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize);
    }

    public long getMaxBatchBytes() {
        return (Long) getOrDefault(maxBatchBytes);
    }

    public int getNumThreads() {
        return (Integer) getOrDefault(numThreads);
    }

    public String getHandleInvalid() {
        return getOrDefault(handleInvalid);
    }

    public boolean getWinograd() {
        return (Boolean) getOrDefault(winograd);
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private Param<String> path(String name, String doc) {
        return new Param<>(uid, name, doc, OnnxImageParams.<String>check(value -> {
            if (value.isBlank()) {
                throw new IllegalArgumentException(name + " is empty; give the path of a file");
            }
        }));
    }

    private Param<String> column(String name, String doc) {
        return new Param<>(uid, name, doc);
    }

    private Param<String> choice(String name, String doc, List<String> allowed) {
        String known = String.join(", ", allowed);
        return new Param<>(uid, name, doc + ": " + known, OnnxImageParams.<String>check(value -> {
            if (!allowed.contains(value)) {
                throw new IllegalArgumentException(name + " is '" + value + "'; known are " + known);
            }
        }));
    }

    private static List<String> names(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static <T> Function1<T, Object> atLeast(String name, long least) {
        return check(value -> {
            if (!(value instanceof Number number) || number.longValue() < least) {
                throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
            }
        });
    }

    /** A validator that says what is wrong, where Spark's would say only that something is. */
    private static <T> Function1<T, Object> check(SerializableCheck<T> refusing) {
        return (Function1<T, Object> & Serializable) value -> {
            refusing.accept(value);
            return true;
        };
    }

    /** Throws if a value will not do. */
    private interface SerializableCheck<T> extends Consumer<T>, Serializable {}
}

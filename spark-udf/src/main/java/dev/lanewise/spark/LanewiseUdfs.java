package dev.lanewise.spark;

import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.HadoopSettings;
import dev.lanewise.spark.preflight.Preflight;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.sql.LanewiseExtensions;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Functions of one column of images, for {@code withColumn} and {@code spark.udf().register}.
 *
 * <pre>{@code
 * spark.udf().register("classify", LanewiseUdfs.classify(options));
 * spark.sql("SELECT path, classify(content).label FROM photos");
 * }</pre>
 *
 * <p>The images may be what {@link InferenceOptions.Builder#inputCol} may hold. The model is read when the function is
 * made, for the active session; an executor holds it once, whatever uses it. Spark calls such functions row by row and
 * where it likes, perhaps more than once for a row: {@link ImageInference} is the faster road, with the same bits.
 *
 * <p>For an image that cannot be scored {@code classify} tells the reason in {@code error}, and the others give NULL; under
 * {@link HandleInvalid#ERROR} all of them fail.
 *
 * <p>All methods throw {@link ModelException} if the model cannot be read or built, {@link IllegalArgumentException} if the
 * options do not fit it, name several inputs or say {@link HandleInvalid#SKIP}, or the model does not fit into the
 * executors, and {@link IllegalStateException} if there is no active session or it started without Lanewise's extension, see
 * {@link LanewiseExtensions#check}.
 */
public final class LanewiseUdfs {

    private LanewiseUdfs() {}

    /**
     * {@code STRUCT<prediction INT, label STRING, probability FLOAT, top ARRAY<STRUCT<index INT, label STRING, probability
     * FLOAT>>, error STRING>}, as the columns of {@link ImageInference}; further fields if the options want more.
     */
    public static UserDefinedFunction classify(InferenceOptions options) {
        return functions
                .udf(
                        value(options, ScoredValue.Kind.STRUCT),
                        ImageInference.content(options).fields())
                .withName("lanewise_classify");
    }

    /** {@code ARRAY<FLOAT>}: the probabilities of all classes. */
    public static UserDefinedFunction predict(InferenceOptions options) {
        InferenceOptions wanted = options.toBuilder()
                .classes(true)
                .allProbabilities(true)
                .outputs(Map.of())
                .build();
        return array(wanted, ScoredValue.Kind.PROBABILITIES, "lanewise_predict");
    }

    /**
     * {@code ARRAY<FLOAT>}: the one value of the network that {@link InferenceOptions.Builder#outputs} names, flattened; the
     * network need not be a classifier.
     */
    public static UserDefinedFunction embed(InferenceOptions options) {
        if (options.outputs().size() != 1) {
            throw new IllegalArgumentException(
                    "outputs names " + options.outputs().size()
                            + " values of the network, but embed gives one; name it in outputs, or call embed(options, tensor)");
        }
        return embed(options, options.outputs().values().iterator().next());
    }

    /**
     * {@code ARRAY<FLOAT>}: a value of the network, flattened; the network need not be a classifier.
     *
     * @param tensor the value's name in the ONNX file
     */
    public static UserDefinedFunction embed(InferenceOptions options, String tensor) {
        InferenceOptions wanted = options.toBuilder()
                .classes(false)
                .allProbabilities(false)
                .outputs(Map.of("embedding", tensor))
                .build();
        return array(wanted, ScoredValue.Kind.VALUE, "lanewise_embed");
    }

    private static UserDefinedFunction array(InferenceOptions options, ScoredValue.Kind kind, String name) {
        return functions
                .udf(value(options, kind), DataTypes.createArrayType(DataTypes.FloatType, false))
                .withName(name);
    }

    private static ScoredValue value(InferenceOptions options, ScoredValue.Kind kind) {
        if (options.handleInvalid() == HandleInvalid.SKIP) {
            throw new IllegalArgumentException(
                    "handleInvalid is skip, but a function cannot leave rows out; use keep and" + " filter, or error");
        }
        if (!options.inputs().isEmpty()) {
            throw new IllegalArgumentException("inputs names the columns "
                    + options.inputs().values() + ", but a function takes one column of images; use ImageInference");
        }
        SparkSession session = SparkSession.active();
        LanewiseExtensions.check(session);
        ImageInference inference = ImageInference.of(options);
        ImageInference.Checked checked = inference.checked(HadoopSettings.of(session));
        ResultColumns results = ResultColumns.alone(checked.labels(), ImageInference.content(options));
        ScoringRequest request = inference.request(session.sparkContext(), checked.model());
        Preflight.checkRowByRow(request, session.sparkContext().getConf());
        return new ScoredValue(request, kind, results, options.handleInvalid());
    }
}

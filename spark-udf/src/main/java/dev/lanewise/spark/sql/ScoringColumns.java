package dev.lanewise.spark.sql;

import dev.lanewise.spark.score.ScoringRequest;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Scores as a column of a Dataset, which the scoring operator computes in batches wherever SQL's functions would be. */
public final class ScoringColumns {

    /**
     * The struct of a score: {@code prediction INT}, {@code label STRING}, {@code probability FLOAT}, {@code top
     * ARRAY<STRUCT<index INT, label STRING, probability FLOAT>>}, {@code probabilities ARRAY<FLOAT>}, {@code values
     * ARRAY<ARRAY<FLOAT>>}, {@code error STRING}.
     */
    public static final StructType TYPE = new StructType(new StructField[] {
        DataTypes.createStructField("prediction", DataTypes.IntegerType, true),
        DataTypes.createStructField("label", DataTypes.StringType, true),
        DataTypes.createStructField("probability", DataTypes.FloatType, true),
        DataTypes.createStructField("top", ClassColumns.TOP, true),
        DataTypes.createStructField("probabilities", Answer.ARRAY_OF_FLOAT, true),
        DataTypes.createStructField("values", valuesType(), true),
        DataTypes.createStructField("error", DataTypes.StringType, true)
    });

    private ScoringColumns() {}

    /** Whether the scoring operator takes images of a type, in a session that has Lanewise's extension. */
    public static boolean accept(DataType image) {
        return ImageValue.accepts(image);
    }

    /** The columns of a Dataset in their order, whatever their names. */
    public static List<Column> of(Dataset<Row> dataset) {
        return Plans.output(((org.apache.spark.sql.classic.Dataset<Row>) dataset)
                        .queryExecution()
                        .analyzed())
                .stream()
                .map(ExpressionUtils::column)
                .toList();
    }

    /**
     * The score of a row's image, as {@link #TYPE}. What the request does not ask for is null; if the image cannot be scored,
     * or is null, all but {@code error} is null.
     *
     * @param image encoded files (BINARY), Spark's image struct, or what the network reads (ARRAY of FLOAT)
     * @param labels the classes' names; empty to use their indices in decimal
     */
    public static Column score(Column image, ScoringRequest request, List<String> labels) {
        Answer answer = new Answer.Everything(
                labels, request.options().topK(), request.options().outputs());
        return ExpressionUtils.column(new ScoreImage(ExpressionUtils.expression(image), request, answer));
    }

    /**
     * A condition for rows to stay.
     *
     * @param error of a score
     * @param name of its image, for the policy
     */
    public static Column accepted(Column error, Column name, AcceptedImage.Policy policy) {
        return ExpressionUtils.column(
                new AcceptedImage(ExpressionUtils.expression(error), ExpressionUtils.expression(name), policy));
    }

    static InternalRow row(Answer.Everything asked, @Nullable InternalRow raw, List<String> values) {
        UTF8String error = raw == null ? UTF8String.fromString(ImageValue.NO_IMAGE) : RawScore.error(raw);
        @Nullable Object[] fields = new @Nullable Object[TYPE.length()];
        if (raw == null || error != null) {
            fields[6] = error;
            return new GenericInternalRow(fields);
        }
        if (asked.wanted().classes()) {
            ClassColumns classes = new ClassColumns(asked.labels(), asked.topK());
            fields[0] = RawScore.prediction(raw);
            fields[1] = classes.label(RawScore.prediction(raw));
            fields[2] = RawScore.probability(raw);
            fields[3] = classes.top(raw);
        }
        if (asked.wanted().allProbabilities()) {
            fields[4] = RawScore.probabilities(raw);
        }
        if (!asked.wanted().values().isEmpty()) {
            ArrayData computed = RawScore.values(raw);
            fields[5] = asked.select(computed, values);
        }
        return new GenericInternalRow(fields);
    }

    private static DataType valuesType() {
        return DataTypes.createArrayType(Answer.ARRAY_OF_FLOAT, false);
    }
}

package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ImageScore;
import java.util.Map;
import org.apache.spark.QueryContext;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * An {@link ImageScore} as Catalyst represents it, which the scoring operator appends to its rows. Answers of different
 * functions are made of the same one. Null stands for a row whose image is null.
 */
final class RawScore {

    private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType, false);

    static final StructType TYPE = new StructType(new StructField[] {
        DataTypes.createStructField("prediction", DataTypes.IntegerType, false),
        DataTypes.createStructField("probability", DataTypes.FloatType, false),
        DataTypes.createStructField("topIndices", INTS, false),
        DataTypes.createStructField("topProbabilities", Answer.ARRAY_OF_FLOAT, false),
        DataTypes.createStructField("probabilities", Answer.ARRAY_OF_FLOAT, false),
        DataTypes.createStructField("values", DataTypes.createArrayType(Answer.ARRAY_OF_FLOAT, false), false),
        DataTypes.createStructField("error", DataTypes.StringType, true)
    });

    private RawScore() {}

    static InternalRow of(ImageScore score) {
        Object[] values =
                score.values().stream().map(value -> (Object) floats(value)).toArray();
        @Nullable
        Object[] fields = {
            score.prediction(),
            score.probability(),
            ArrayData.toArrayData(score.topIndices()),
            floats(score.topProbabilities()),
            floats(score.probabilities()),
            ArrayData.toArrayData(values),
            UTF8String.fromString(score.error())
        };
        return new GenericInternalRow(fields);
    }

    static int prediction(InternalRow raw) {
        return raw.getInt(0);
    }

    static float probability(InternalRow raw) {
        return raw.getFloat(1);
    }

    static ArrayData topIndices(InternalRow raw) {
        return raw.getArray(2);
    }

    static ArrayData topProbabilities(InternalRow raw) {
        return raw.getArray(3);
    }

    static ArrayData probabilities(InternalRow raw) {
        return raw.getArray(4);
    }

    static ArrayData values(InternalRow raw) {
        return raw.getArray(5);
    }

    static @Nullable UTF8String error(InternalRow raw) {
        return raw.isNullAt(6) ? null : raw.getUTF8String(6);
    }

    /**
     * Whether the image could not be scored, for a function to which that means null.
     *
     * @throws SparkRuntimeException if it could not be scored and the function has an error instead
     */
    static boolean failed(InternalRow raw, OnnxFunction function) {
        UTF8String error = error(raw);
        if (error != null && !function.tolerant()) {
            throw failure(
                    function.sqlName(),
                    "BINARY",
                    "ARRAY<FLOAT>",
                    error + "; try_" + function.sqlName() + " gives NULL instead");
        }
        return error != null;
    }

    /** Spark's own condition for a function that fails on a row. */
    static SparkRuntimeException failure(String function, String signature, String result, String reason) {
        return new SparkRuntimeException(
                "FAILED_EXECUTE_UDF",
                scala.collection.immutable.Map.from(CollectionConverters.asScala(Map.of(
                        "functionName",
                        '`' + function + '`',
                        "signature",
                        signature,
                        "result",
                        result,
                        "reason",
                        reason))),
                null,
                new QueryContext[0],
                "");
    }

    private static ArrayData floats(float[] values) {
        return ArrayData.toArrayData(values);
    }
}

package dev.lanewise.spark.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The best classes as a struct: {@code prediction}, {@code label}, {@code probability}, {@code top}, {@code error}.
 *
 * @param labels the classes' names; empty to use their indices
 * @param topK how many classes {@code top} names
 */
record ClassColumns(List<String> labels, int topK) {

    private static final StructType TOP_CLASS = new StructType(new StructField[] {
        DataTypes.createStructField("index", DataTypes.IntegerType, false),
        DataTypes.createStructField("label", DataTypes.StringType, false),
        DataTypes.createStructField("probability", DataTypes.FloatType, false)
    });

    static final DataType TOP = DataTypes.createArrayType(TOP_CLASS, false);

    static final StructType TYPE = new StructType(new StructField[] {
        DataTypes.createStructField("prediction", DataTypes.IntegerType, true),
        DataTypes.createStructField("label", DataTypes.StringType, true),
        DataTypes.createStructField("probability", DataTypes.FloatType, true),
        DataTypes.createStructField("top", TOP, true),
        DataTypes.createStructField("error", DataTypes.StringType, true)
    });

    InternalRow row(InternalRow raw) {
        UTF8String error = RawScore.error(raw);
        @Nullable
        Object[] fields = error != null
                ? new @Nullable Object[] {null, null, null, null, error}
                : new @Nullable Object[] {
                    RawScore.prediction(raw), label(RawScore.prediction(raw)), RawScore.probability(raw), top(raw), null
                };
        return new GenericInternalRow(fields);
    }

    ArrayData top(InternalRow raw) {
        ArrayData indices = RawScore.topIndices(raw);
        ArrayData probabilities = RawScore.topProbabilities(raw);
        Object[] classes = new Object[Math.min(topK, indices.numElements())];
        for (int i = 0; i < classes.length; i++) {
            int index = indices.getInt(i);
            classes[i] = new GenericInternalRow(new Object[] {index, label(index), probabilities.getFloat(i)});
        }
        return ArrayData.toArrayData(classes);
    }

    UTF8String label(int index) {
        if (labels.isEmpty()) {
            return UTF8String.fromString(Integer.toString(index));
        }
        if (index >= labels.size()) {
            throw new IllegalArgumentException("the model names class " + index + ", but there are only "
                    + labels.size() + " labels; give one label per class");
        }
        return UTF8String.fromString(labels.get(index));
    }
}
